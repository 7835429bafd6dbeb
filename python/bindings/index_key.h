// A Python index (integer, slice, None, ..., array, list, or a tuple of them) as the core's.
#pragma once

#include <vector>

#include "chainerx/array.h"
#include "python_ref.h"

namespace chainerx::python {

// Lists and NumPy arrays become arrays on the device. Throws the core's IndexError for anything else.
std::vector<ArrayIndex> to_index(PyObject* key, Device& device);

// From a Python slice; and from a Python integer, raising IndexError if it is too large.
Slice to_slice(PyObject* slice);
int64_t to_integer(PyObject* integer);

}  // namespace chainerx::python
