// a[key], a[key] = value, len(a), x in a, and iteration.
#include "chainerx/detail/first_axis.h"
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "conversion.h"
#include "error.h"
#include "index_key.h"
#include "ndarray.h"
#include "operand.h"
#include "slots.h"
#include "small_int.h"

namespace chainerx::python {
namespace {

// Out of line, so that the usual keys need no room for a list of others.
[[gnu::noinline]] Array at_any(const Array& array, PyObject* key) {
    if (PyLong_CheckExact(key)) return internal::at_first_axis(array, to_integer(key));
    return array.at(to_index(key, array.device()));
}

PyObject* get_item(PyObject* self, PyObject* key) noexcept {
    return guarded([&]() __attribute__((always_inline)) {
        const Array& array = array_of(self);
        int64_t index;
        if (as_small_int(key, &index)) return wrap(internal::at_first_axis(array, index));
        if (PySlice_Check(key)) return wrap(internal::at_first_axis(array, to_slice(key)));
        return wrap(at_any(array, key));
    });
}

int set_item(PyObject* self, PyObject* key, PyObject* value) noexcept {
    try {
        const Array& array = array_of(self);
        if (value == nullptr) {
            throw_python(PyExc_TypeError,
                         "del: elements of an array can't be deleted; make an array without them");
        }
        const std::vector<ArrayIndex> index = to_index(key, array.device());
        Scalar scalar;
        if (is_ndarray(value)) {
            array.set_at(index, array_of(value));
        } else if (as_scalar(value, &scalar)) {
            array.set_at(index, scalar);
        } else {
            array.set_at(index, array_from_object(value, array.dtype(), array.device()));
        }
        return 0;
    } catch (...) {
        return raise_current_int();
    }
}

Py_ssize_t length(PyObject* self) noexcept {
    const Array& array = array_of(self);
    if (array.ndim() > 0) return static_cast<Py_ssize_t>(array.shape()[0]);
    PyErr_SetString(PyExc_TypeError, "len: the array has no dimensions; expected at least one");
    return -1;
}

int contains(PyObject* self, PyObject* value) noexcept {
    try {
        const Operand operand = to_operand(value);
        if (operand.is_absent()) return 0;
        return static_cast<bool>(any(equal(Operand(array_of(self)), operand)).item());
    } catch (...) {
        return raise_current_int();
    }
}

struct IteratorObject {
    PyObject_HEAD Array array;
    int64_t next;
};

PyTypeObject* iterator_type = nullptr;

void deallocate_iterator(PyObject* self) {
    PyTypeObject* type = Py_TYPE(self);
    reinterpret_cast<IteratorObject*>(self)->array.~Array();
    PyObject_Free(self);
    Py_DECREF(type);
}

PyObject* next_item(PyObject* self) noexcept {
    auto* iterator = reinterpret_cast<IteratorObject*>(self);
    if (iterator->next >= iterator->array.shape()[0]) return nullptr;
    try {
        return wrap(internal::at_first_axis(iterator->array, iterator->next++));
    } catch (...) {
        return raise_current();
    }
}

PyTypeObject* make_iterator_type() {
    static PyType_Slot slots[] = {
        make_slot(Py_tp_dealloc, deallocate_iterator),
        make_slot(Py_tp_iter, PyObject_SelfIter),
        make_slot(Py_tp_iternext, next_item),
        {0, nullptr},
    };
    static PyType_Spec spec{
        "chainerx._ndarray_iterator", sizeof(IteratorObject), 0, Py_TPFLAGS_DEFAULT, slots};
    return reinterpret_cast<PyTypeObject*>(Ref::take(PyType_FromSpec(&spec)).release());
}

PyObject* iterate(PyObject* self) noexcept {
    try {
        const Array& array = array_of(self);
        if (array.ndim() == 0) {
            throw_python(PyExc_TypeError,
                         "iter: the array has no dimensions; expected at least one; use item()");
        }
        if (iterator_type == nullptr) iterator_type = make_iterator_type();
        auto* iterator = PyObject_New(IteratorObject, iterator_type);
        if (iterator == nullptr) throw PythonError{};
        new (&iterator->array) Array(array);
        iterator->next = 0;
        return reinterpret_cast<PyObject*>(iterator);
    } catch (...) {
        return raise_current();
    }
}

}  // namespace

void add_indexing_slots(TypeParts& parts) {
    const PyType_Slot slots[] = {
        make_slot(Py_mp_subscript, get_item),
        make_slot(Py_mp_ass_subscript, set_item),
        make_slot(Py_mp_length, length),
        make_slot(Py_sq_length, length),
        make_slot(Py_sq_contains, contains),
        make_slot(Py_tp_iter, iterate),
    };
    parts.slots.insert(parts.slots.end(), std::begin(slots), std::end(slots));
}

}  // namespace chainerx::python
