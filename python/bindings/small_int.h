// Python's integers of one digit, which nearly all are, read without a call.
#pragma once

#include <cstdint>

#include "python_ref.h"

namespace chainerx::python {

// False for another type, subclasses included, and for a larger integer.
inline bool as_small_int(PyObject* object, int64_t* value) {
    if (!PyLong_CheckExact(object)) return false;
    auto* integer = reinterpret_cast<PyLongObject*>(object);
#if PY_VERSION_HEX >= 0x030C0000
    if (PyUnstable_Long_IsCompact(integer) == 0) return false;
    *value = PyUnstable_Long_CompactValue(integer);
#else
    const Py_ssize_t sign = Py_SIZE(object);  // times the number of digits
    if (sign < -1 || sign > 1) return false;
    // Zero has room for a digit, too, which is 0.
    *value = sign * static_cast<int64_t>(integer->ob_digit[0]);
#endif
    return true;
}

}  // namespace chainerx::python
