// Exceptions across the border: C++ ones become Python ones here and nowhere else.
#pragma once

#include "chainerx/error.h"
#include "python_ref.h"

namespace chainerx::python {

// Sets the Python error for an exception of ours. Returns nullptr.
PyObject* raise(const ChainerxError& error) noexcept;
// The same as throwing DimensionError, without the time that takes.
PyObject* raise_dimension_error(const std::string& message) noexcept;
// In a catch block: sets the Python error for the exception being handled. Returns nullptr.
PyObject* raise_current() noexcept;
inline int raise_current_int() noexcept {
    raise_current();
    return -1;
}

// Runs a function and turns its exceptions into Python's. Those that users meet are caught by type: raise_current() has to
// throw again, and each throw takes as long as several calls.
template <typename Function>
[[gnu::always_inline]] inline PyObject* guarded(const Function& function) noexcept {
    try {
        return function();
    } catch (const PythonError&) {
        return nullptr;
    } catch (const ChainerxError& error) {
        return raise(error);
    } catch (...) {
        return raise_current();
    }
}

// Sets a Python error from a printf-like format (that of PyErr_Format) and throws PythonError.
[[noreturn]] void throw_python(PyObject* type, const char* format, ...);

// Adds chainerx.ChainerxError and the classes below it to the module.
void add_errors(PyObject* module);

}  // namespace chainerx::python
