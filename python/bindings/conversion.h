// NumPy arrays, buffers and Python sequences -> Array.
#pragma once

#include "chainerx/array.h"
#include "python_ref.h"

namespace chainerx::python {

// An object with the buffer protocol or NumPy's array interface, as an array of its own dtype or of `dtype`. With copy false,
// the memory is shared where the device can address it; elsewhere, and where it isn't aligned, it is copied all the same.
Array array_from_numpy(PyObject* numpy_array,
                       std::optional<DType> dtype,
                       bool copy,
                       Device& device);

// Anything that numpy.asarray takes; a copy.
Array array_from_object(PyObject* object, DType dtype, Device& device);

// Whether the object can be an index: a list or a NumPy array.
bool is_index_array(PyObject* object);
// A list or NumPy array of integers or bool; throws the core's IndexError otherwise.
Array array_from_index(PyObject* object, Device& device);

}  // namespace chainerx::python
