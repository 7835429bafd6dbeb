// Python numbers as operands of element-wise functions.
#pragma once

#include "chainerx/array.h"
#include "chainerx/scalar.h"
#include "ndarray.h"
#include "small_int.h"

namespace chainerx::python {

// The rest of as_scalar(): large integers, subclasses of Python's numbers, complex numbers and NumPy scalars.
bool as_uncommon_scalar(PyObject* object, Scalar* scalar);
Scalar scalar_from_int(PyObject* integer);

// False if the object is no number; throws PythonError for an integer of more than 64 bits.
inline bool as_scalar(PyObject* object, Scalar* scalar) {
    if (PyFloat_CheckExact(object)) {
        *scalar = Scalar(PyFloat_AS_DOUBLE(object));
        return true;
    }
    int64_t integer;
    if (as_small_int(object, &integer)) {
        *scalar = Scalar(integer);
        return true;
    }
    return as_uncommon_scalar(object, scalar);
}

// Of a number; absent if the object is none.
Operand number_operand(PyObject* object);

// Absent if the object is neither an ndarray nor a number.
[[gnu::always_inline]] inline Operand to_operand(PyObject* object) {
    return is_ndarray(object) ? Operand(array_of(object).body()) : number_operand(object);
}

// bool, int, float or complex. A new reference.
PyObject* scalar_object(const Scalar& scalar);

}  // namespace chainerx::python
