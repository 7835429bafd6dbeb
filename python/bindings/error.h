// Exceptions across the border: C++ ones become Python ones here and nowhere else.
#pragma once

#include "python_ref.h"

namespace chainerx::python {

// In a catch block: sets the Python error for the exception being handled. Returns nullptr.
PyObject* raise_current() noexcept;
inline int raise_current_int() noexcept {
    raise_current();
    return -1;
}

// Sets a Python error from a printf-like format (that of PyErr_Format) and throws PythonError.
[[noreturn]] void throw_python(PyObject* type, const char* format, ...);

// Adds chainerx.ChainerxError and the classes below it to the module.
void add_errors(PyObject* module);

}  // namespace chainerx::python
