// Life and death of ndarray objects: identity through the array's weak slot, a free list of wrappers.
#include "ndarray.h"

#include <new>

namespace chainerx::python {

PyTypeObject* ndarray_type = nullptr;

namespace {

constexpr int kFreeListCapacity = 128;
NdarrayObject* free_list[kFreeListCapacity];
int free_count = 0;

NdarrayObject* new_object() {
#ifndef Py_GIL_DISABLED
    if (free_count > 0) {
        NdarrayObject* object = free_list[--free_count];
        PyObject_Init(reinterpret_cast<PyObject*>(object), ndarray_type);
        return object;
    }
#endif
    auto* object = PyObject_New(NdarrayObject, ndarray_type);
    if (object == nullptr) throw std::bad_alloc{};
    return object;
}

PyObject* fill(PyObject* sequence,
               std::vector<Array>&& arrays,
               void (*set)(PyObject*, Py_ssize_t, PyObject*)) {
    Ref result = Ref::take(sequence);
    for (size_t i = 0; i < arrays.size(); ++i) {
        set(result.get(), static_cast<Py_ssize_t>(i), wrap(std::move(arrays[i])));
    }
    return result.release();
}

}  // namespace

PyObject* wrap(Array&& array) {
    internal::ArrayBody* body = array.body();
    if (body == nullptr) Py_RETURN_NONE;
    if (auto* known = static_cast<PyObject*>(body->foreign.load(std::memory_order_relaxed))) {
        Py_INCREF(known);
        return known;
    }
    NdarrayObject* object = new_object();
    new (&object->array) Array(std::move(array));
    object->weak_references = nullptr;
    body->foreign.store(object, std::memory_order_relaxed);
    return reinterpret_cast<PyObject*>(object);
}

PyObject* wrap_tuple(std::vector<Array>&& arrays) {
    return fill(
        PyTuple_New(static_cast<Py_ssize_t>(arrays.size())),
        std::move(arrays),
        [](PyObject* tuple, Py_ssize_t i, PyObject* item) { PyTuple_SET_ITEM(tuple, i, item); });
}

PyObject* wrap_list(std::vector<Array>&& arrays) {
    return fill(
        PyList_New(static_cast<Py_ssize_t>(arrays.size())),
        std::move(arrays),
        [](PyObject* list, Py_ssize_t i, PyObject* item) { PyList_SET_ITEM(list, i, item); });
}

PyObject* int_tuple(DimsView values, int64_t scale) {
    Ref tuple = Ref::take(PyTuple_New(values.size()));
    for (int i = 0; i < values.size(); ++i) {
        PyTuple_SET_ITEM(
            tuple.get(), i, Ref::take(PyLong_FromLongLong(values[i] * scale)).release());
    }
    return tuple.release();
}

// The wrapper leaves the weak slot first: freeing the array can run Python code, which must not meet a dying wrapper.
void deallocate_ndarray(PyObject* self) {
    auto* object = reinterpret_cast<NdarrayObject*>(self);
    PyTypeObject* type = Py_TYPE(self);
    if (!object->array.is_null())
        object->array.body()->foreign.store(nullptr, std::memory_order_relaxed);
    if (object->weak_references != nullptr) PyObject_ClearWeakRefs(self);
    object->array.~Array();
#ifndef Py_GIL_DISABLED
    if (free_count < kFreeListCapacity) {
        free_list[free_count++] = object;
        Py_DECREF(type);
        return;
    }
#endif
    PyObject_Free(self);
    Py_DECREF(type);
}

}  // namespace chainerx::python
