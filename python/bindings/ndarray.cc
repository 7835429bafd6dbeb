// Life and death of ndarray objects: identity through the array's weak slot, a free list of wrappers.
#include "ndarray.h"

#include <new>

namespace chainerx::python {

PyTypeObject* ndarray_type = nullptr;

namespace {

// Wrappers that died; each keeps its reference to the type. Without Python's global lock the list stays empty and has no
// room.
#ifdef Py_GIL_DISABLED
constexpr int kFreeListCapacity = 0;
#else
constexpr int kFreeListCapacity = 128;
#endif
NdarrayObject* free_list[kFreeListCapacity + 1];
int free_count = 0;

PyObject* fill_in(NdarrayObject* object, internal::ArrayBody* body) {
    new (&object->array) Array(body);
    object->weak_references = nullptr;
    body->foreign.store(object, std::memory_order_relaxed);
    return reinterpret_cast<PyObject*>(object);
}

// Out of line, so that the usual way saves no registers; so is deallocate_any().
[[gnu::noinline]] PyObject* wrap_any(internal::ArrayBody* body) {
    if (body == nullptr) Py_RETURN_NONE;
    Array array(body);
    if (auto* known = static_cast<PyObject*>(body->foreign.load(std::memory_order_relaxed))) {
        Py_INCREF(known);
        return known;
    }
    auto* object = PyObject_New(NdarrayObject, ndarray_type);
    if (object == nullptr) throw std::bad_alloc{};
    return fill_in(object, array.take_body());
}

// The array goes last: freeing it can run Python code, which must not meet a dying wrapper.
[[gnu::noinline]] void deallocate_any(NdarrayObject* object) {
    PyTypeObject* type = Py_TYPE(object);
    const Array array = std::move(object->array);
    array.body()->foreign.store(nullptr, std::memory_order_relaxed);
    if (object->weak_references != nullptr)
        PyObject_ClearWeakRefs(reinterpret_cast<PyObject*>(object));
    PyObject_Free(object);
    Py_DECREF(type);
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

PyObject* wrap_body(internal::ArrayBody* body) {
    if (body == nullptr || body->foreign.load(std::memory_order_relaxed) != nullptr ||
        free_count == 0)
        return wrap_any(body);
    NdarrayObject* object = free_list[--free_count];
#ifdef Py_REF_DEBUG
    _Py_NewReference(reinterpret_cast<PyObject*>(object));
#else
    Py_SET_REFCNT(reinterpret_cast<PyObject*>(object), 1);
#endif
    return fill_in(object, body);
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

void deallocate_ndarray(PyObject* self) {
    auto* object = reinterpret_cast<NdarrayObject*>(self);
    if (object->weak_references != nullptr || free_count == kFreeListCapacity)
        return deallocate_any(object);
    internal::ArrayBody* body = object->array.body();
    body->foreign.store(nullptr, std::memory_order_relaxed);
    free_list[free_count++] = object;
    internal::release(body);
}

}  // namespace chainerx::python
