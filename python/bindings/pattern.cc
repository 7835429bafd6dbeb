// Taking nested arguments apart, comparing them, and putting results together.
#include "pattern.h"

#include "error.h"
#include "ndarray.h"

namespace chainerx::python {

namespace {

// Compared by value; anything else is compared by identity.
bool is_value(PyObject* object) {
    static LazyAttribute number("numbers", "Number");
    static LazyAttribute dtype("numpy", "dtype");
    static LazyAttribute generic("numpy", "generic");
    if (object == Py_None || PyLong_Check(object) || PyFloat_Check(object) ||
        PyUnicode_Check(object) || PyBytes_Check(object) || PyComplex_Check(object))
        return true;
    for (LazyAttribute* type : {&number, &dtype, &generic}) {
        const int is_instance = PyObject_IsInstance(object, type->get());
        check(is_instance);
        if (is_instance != 0) return true;
    }
    return false;
}

bool is_numpy_array(PyObject* object) {
    static LazyAttribute ndarray("numpy", "ndarray");
    const int is_instance = PyObject_IsInstance(object, ndarray.get());
    check(is_instance);
    return is_instance != 0;
}

bool is_equal(PyObject* a, PyObject* b) {
    if (a == b) return true;
    if (Py_TYPE(a) != Py_TYPE(b)) return false;
    if (PyFloat_CheckExact(a)) return PyFloat_AS_DOUBLE(a) == PyFloat_AS_DOUBLE(b);
    const int equal = PyObject_RichCompareBool(a, b, Py_EQ);
    check(equal);
    return equal != 0;
}

}  // namespace

template <typename Leaf>
Pattern Pattern::make(PyObject* object, std::vector<Array>& arrays, Leaf leaf) {
    Pattern pattern;
    if (is_ndarray(object)) {
        pattern.position_ = arrays.size();
        arrays.push_back(array_of(object));
        return pattern;
    }
    if (PyTuple_CheckExact(object) || PyList_CheckExact(object)) {
        pattern.kind_ = PyTuple_CheckExact(object) ? Kind::kTuple : Kind::kList;
        for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(object); ++i)
            pattern.items_.push_back(make(PySequence_Fast_GET_ITEM(object, i), arrays, leaf));
        return pattern;
    }
    if (PyDict_CheckExact(object)) {
        pattern.kind_ = Kind::kDict;
        PyObject *key, *value;
        Py_ssize_t at = 0;
        while (PyDict_Next(object, &at, &key, &value)) {
            pattern.keys_.push_back(Ref::borrow(key));
            pattern.items_.push_back(make(value, arrays, leaf));
        }
        return pattern;
    }
    pattern.kind_ = leaf(object);
    pattern.object_ = Ref::borrow(object);
    return pattern;
}

Pattern Pattern::of_argument(PyObject* object, std::vector<Array>& arrays, const char* what) {
    return make(object, arrays, [what](PyObject* leaf) {
        if (is_numpy_array(leaf)) {
            throw_python(
                PyExc_TypeError,
                "compile: %s holds a numpy.ndarray, whose values a recorded function would "
                "not see again; expected a chainerx.ndarray; convert it with "
                "chainerx.array()",
                what);
        }
        return is_value(leaf) ? Kind::kEqual : Kind::kSame;
    });
}

Pattern Pattern::of_result(PyObject* object, std::vector<Array>& arrays) {
    return make(object, arrays, [](PyObject*) { return Kind::kSame; });
}

bool Pattern::matches_other(PyObject* object, BorrowedArrays& arrays) const {
    switch (kind_) {
        case Kind::kEqual:
            return is_equal(object_.get(), object);
        case Kind::kSame:
            return object_.get() == object;
        case Kind::kDict: {
            if (!PyDict_CheckExact(object) ||
                static_cast<size_t>(PyDict_GET_SIZE(object)) != items_.size())
                return false;
            for (size_t i = 0; i < items_.size(); ++i) {
                PyObject* value = PyDict_GetItemWithError(object, keys_[i].get());
                if (value == nullptr && PyErr_Occurred()) throw PythonError{};
                if (value == nullptr) return false;
                arrays.keep(value);
                if (!items_[i].matches(value, arrays)) return false;
            }
            return true;
        }
        default: {
            const bool is_kind =
                kind_ == Kind::kTuple ? PyTuple_CheckExact(object) : PyList_CheckExact(object);
            if (!is_kind || static_cast<size_t>(PySequence_Fast_GET_SIZE(object)) != items_.size())
                return false;
            for (size_t i = 0; i < items_.size(); ++i) {
                PyObject* item = PySequence_Fast_GET_ITEM(object, static_cast<Py_ssize_t>(i));
                if (kind_ == Kind::kList) arrays.keep(item);
                if (!items_[i].matches(item, arrays)) return false;
            }
            return true;
        }
    }
}

PyObject* Pattern::build(const Array* arrays) const {
    const auto n = static_cast<Py_ssize_t>(items_.size());
    switch (kind_) {
        case Kind::kArray:
            return wrap(arrays[position_]);
        case Kind::kTuple: {
            Ref tuple = Ref::take(PyTuple_New(n));
            for (Py_ssize_t i = 0; i < n; ++i)
                PyTuple_SET_ITEM(tuple.get(), i, items_[static_cast<size_t>(i)].build(arrays));
            return tuple.release();
        }
        case Kind::kList: {
            Ref list = Ref::take(PyList_New(n));
            for (Py_ssize_t i = 0; i < n; ++i)
                PyList_SET_ITEM(list.get(), i, items_[static_cast<size_t>(i)].build(arrays));
            return list.release();
        }
        case Kind::kDict: {
            Ref dict = Ref::take(PyDict_New());
            for (size_t i = 0; i < items_.size(); ++i) {
                const Ref value = Ref::take(items_[i].build(arrays));
                check(PyDict_SetItem(dict.get(), keys_[i].get(), value.get()));
            }
            return dict.release();
        }
        default:
            return Ref::borrow(object_.get()).release();
    }
}

void Pattern::replace_array(size_t position, PyObject* object) {
    if (kind_ == Kind::kArray && position_ == position) {
        kind_ = Kind::kSame;
        object_ = Ref::borrow(object);
    }
    for (Pattern& item : items_) item.replace_array(position, object);
}

int Pattern::visit(visitproc visit, void* arg) const {
    Py_VISIT(object_.get());
    for (const Ref& key : keys_) Py_VISIT(key.get());
    for (const Pattern& item : items_) {
        if (const int stop = item.visit(visit, arg)) return stop;
    }
    return 0;
}

}  // namespace chainerx::python
