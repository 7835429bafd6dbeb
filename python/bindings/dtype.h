// DType <-> numpy.dtype.
#pragma once

#include "chainerx/dtype.h"
#include "python_ref.h"

namespace chainerx::python {

// The numpy.dtype, always the same object for the same DType. A new reference; throws PythonError if bfloat16 is asked for
// and ml_dtypes is not installed.
PyObject* dtype_object(DType dtype);

// From a numpy.dtype, a NumPy scalar type, a name, or bool, int (int64), float (float64), complex (complex128).
DType to_dtype(PyObject* specifier);

// The element type's code in the buffer protocol; nullptr for bfloat16, which has none.
const char* buffer_format(DType dtype);

}  // namespace chainerx::python
