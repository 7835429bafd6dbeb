// The core's hooks into Python: its lock and its garbage collector.
#include "gil.h"

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

}  // namespace

void install_host_language_hooks() {
    set_host_language_hooks({release_gil, restore_gil, collect_garbage});
}

}  // namespace chainerx::python
