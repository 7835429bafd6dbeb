// The Python exception classes and the one function that translates C++ exceptions into them.
#include "error.h"

#include <cstdarg>
#include <new>
#include <stdexcept>
#include <typeinfo>

#include <pybind11/pybind11.h>

#include "chainerx/io.h"

namespace chainerx::python {
namespace {

struct ErrorClass {
    const char* name;
    const std::type_info& type;
    const char* base;    // name of a class further up in this table, or nullptr
    PyObject** builtin;  // what NumPy users would catch, or nullptr
    const char* doc;
    PyObject* object = nullptr;
};

ErrorClass error_classes[] = {
    {"ChainerxError", typeid(ChainerxError), nullptr, nullptr, "Root of all errors of ChainerX."},
    {"ContextError",
     typeid(ContextError),
     "ChainerxError",
     &PyExc_RuntimeError,
     "There is no default context."},
    {"BackendError",
     typeid(BackendError),
     "ChainerxError",
     &PyExc_RuntimeError,
     "A backend can't be found or loaded."},
    {"PluginError",
     typeid(PluginError),
     "BackendError",
     nullptr,
     "A plugin's library is defective or incompatible."},
    {"DeviceError",
     typeid(DeviceError),
     "ChainerxError",
     &PyExc_RuntimeError,
     "Devices differ, do not exist or have failed."},
    {"OutOfMemoryError",
     typeid(OutOfMemoryError),
     "DeviceError",
     &PyExc_MemoryError,
     "A device has no memory left."},
    {"SyncTimeoutError",
     typeid(SyncTimeoutError),
     "DeviceError",
     &PyExc_TimeoutError,
     "Work on a device did not complete within CHAINERX_SYNC_TIMEOUT."},
    {"DimensionError",
     typeid(DimensionError),
     "ChainerxError",
     &PyExc_ValueError,
     "Shapes do not fit."},
    {"AxisError",
     typeid(AxisError),
     "DimensionError",
     &PyExc_IndexError,
     "An axis is out of range."},
    {"DtypeError", typeid(DtypeError), "ChainerxError", &PyExc_TypeError, "Dtypes do not fit."},
    {"_IndexError",
     typeid(IndexError),
     "ChainerxError",
     &PyExc_IndexError,
     "An index is out of range or of a wrong kind."},
    {"_ValueError",
     typeid(ValueError),
     "ChainerxError",
     &PyExc_ValueError,
     "An argument has a wrong value."},
    {"FileError",
     typeid(FileError),
     "_ValueError",
     &PyExc_OSError,
     "A file can't be opened, read or written, whatever is in it."},
    {"NotImplementedError",
     typeid(NotImplementedError),
     "ChainerxError",
     &PyExc_NotImplementedError,
     "No kernel, decomposition or fallback serves this call."},
    {"GradientError",
     typeid(GradientError),
     "ChainerxError",
     &PyExc_RuntimeError,
     "Differentiation can't do what was asked."},
    {"GradientCheckError",
     typeid(GradientCheckError),
     "ChainerxError",
     &PyExc_AssertionError,
     "A numerical gradient check failed."},
    {"ProgramError",
     typeid(ProgramError),
     "ChainerxError",
     &PyExc_RuntimeError,
     "A function can't be recorded, or not replayed any more."},
    {"FallbackError",
     typeid(FallbackError),
     "ChainerxError",
     &PyExc_RuntimeError,
     "The fallback mode 'error' forbids this step."},
};

PyObject* class_named(std::string_view name) {
    for (const ErrorClass& entry : error_classes) {
        if (name == entry.name) return entry.object;
    }
    return nullptr;
}

PyObject* class_of(const ChainerxError& error) {
    for (const ErrorClass& entry : error_classes) {
        if (typeid(error) == entry.type) return entry.object;
    }
    return error_classes[0].object;
}

}  // namespace

PyObject* raise(const ChainerxError& error) noexcept {
    PyErr_SetString(class_of(error), error.what());
    return nullptr;
}

PyObject* raise_dimension_error(const std::string& message) noexcept {
    static PyObject* const type = class_named("DimensionError");
    PyErr_SetString(type, message.c_str());
    return nullptr;
}

PyObject* raise_current() noexcept {
    try {
        throw;
    } catch (const PythonError&) {
    } catch (const ChainerxError& error) {
        return raise(error);
    } catch (pybind11::error_already_set& error) {
        error.restore();
    } catch (const pybind11::builtin_exception& error) {
        error.set_error();
    } catch (const std::bad_alloc&) {
        PyErr_NoMemory();
    } catch (const std::out_of_range& error) {
        PyErr_SetString(PyExc_IndexError, error.what());
    } catch (const std::invalid_argument& error) {
        PyErr_SetString(PyExc_ValueError, error.what());
    } catch (const std::exception& error) {
        PyErr_SetString(PyExc_RuntimeError, error.what());
    } catch (...) {
        PyErr_SetString(PyExc_RuntimeError, "chainerx: an exception of an unknown type");
    }
    return nullptr;
}

void throw_python(PyObject* type, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    PyErr_FormatV(type, format, arguments);
    va_end(arguments);
    throw PythonError{};
}

void add_errors(PyObject* module) {
    for (ErrorClass& entry : error_classes) {
        PyObject* base = entry.base != nullptr ? class_named(entry.base) : PyExc_Exception;
        const Ref bases = Ref::take(entry.builtin != nullptr ? PyTuple_Pack(2, base, *entry.builtin)
                                                             : PyTuple_Pack(1, base));
        const std::string name = std::string("chainerx.") + entry.name;
        entry.object =
            Ref::take(PyErr_NewExceptionWithDoc(name.c_str(), entry.doc, bases.get(), nullptr))
                .release();
        check(PyObject_SetAttrString(module, entry.name, entry.object));
    }
    // For what is bound through pybind11: the same function, known to this module only.
    pybind11::register_local_exception_translator([](std::exception_ptr pointer) {
        try {
            std::rethrow_exception(pointer);
        } catch (...) {
            raise_current();
        }
    });
}

}  // namespace chainerx::python
