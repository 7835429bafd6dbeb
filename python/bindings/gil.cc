// The core's hooks into Python: its lock and its garbage collector.
#include "gil.h"

#include <string>

#include "chainerx/host_language.h"

namespace chainerx::python {
namespace {

void* release_gil() { return PyGILState_Check() ? PyEval_SaveThread() : nullptr; }

void restore_gil(void* state) { PyEval_RestoreThread(static_cast<PyThreadState*>(state)); }

void collect_garbage() {
    with_gil([] {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        PyGC_Collect();
        PyErr_Restore(type, value, traceback);
    });
}

std::string where() {
    std::string line;
    if (!PyGILState_Check()) return line;
    PyFrameObject* frame = PyEval_GetFrame();  // borrowed
    if (frame == nullptr) return line;
    PyCodeObject* code = PyFrame_GetCode(frame);
    const char* file = PyUnicode_AsUTF8(code->co_filename);
    if (file != nullptr)
        line = std::string(file) + ":" + std::to_string(PyFrame_GetLineNumber(frame));
    PyErr_Clear();
    Py_DECREF(code);
    return line;
}

void find_kernel_providers() {
    with_gil([] {
        Ref plugins = Ref::take(PyImport_ImportModule("chainerx.plugins"));
        Ref done = plugins ? Ref::take(PyObject_CallMethod(
                                 plugins.get(), "discover_kernel_providers", nullptr))
                           : Ref();
        // Arrays are made without them all the same.
        if (!done) PyErr_WriteUnraisable(nullptr);
    });
}

}  // namespace

void install_host_language_hooks() {
    set_host_language_hooks(
        {release_gil, restore_gil, collect_garbage, where, find_kernel_providers});
}

}  // namespace chainerx::python
