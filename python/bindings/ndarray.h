// chainerx.ndarray: the Python object around one Array.
#pragma once

#include <vector>

#include "chainerx/array.h"
#include "python_ref.h"

namespace chainerx::python {

struct NdarrayObject {
    PyObject_HEAD Array array;
    PyObject* weak_references;
};

// Hidden, for an access without the global offset table.
[[gnu::visibility("hidden")]] extern PyTypeObject* ndarray_type;

// The type can't be subclassed, hence the exact comparison.
inline bool is_ndarray(PyObject* object) { return Py_TYPE(object) == ndarray_type; }
inline const Array& array_of(PyObject* ndarray) {
    return reinterpret_cast<NdarrayObject*>(ndarray)->array;
}

// The Python object of an array: the one it already has, else a new one; None for a null array. A new reference.
PyObject* wrap_body(internal::ArrayBody* body);  // takes over one reference
inline PyObject* wrap(Array&& array) {
    PyObject* object = wrap_body(array.take_body());
    // Which a compiler cannot know of an array that other functions saw, so that it would test it again to release it.
    if (!array.is_null()) __builtin_unreachable();
    return object;
}
inline PyObject* wrap(const Array& array) { return wrap(Array(array)); }
PyObject* wrap_tuple(std::vector<Array>&& arrays);
PyObject* wrap_list(std::vector<Array>&& arrays);

// A tuple of Python integers, each multiplied by scale.
PyObject* int_tuple(DimsView values, int64_t scale = 1);

// Makes the type, with the generated and the hand-written methods.
void add_ndarray(PyObject* module);

}  // namespace chainerx::python
