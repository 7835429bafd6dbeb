// Converters from Python objects to the argument types of the op table.
#include "op_arguments.h"

#include <algorithm>
#include <climits>

#include "chainerx/error.h"
#include "device.h"
#include "dtype.h"
#include "operand.h"
#include "small_int.h"

namespace chainerx::python {
namespace {

// An exact integer or something with __index__ (NumPy integers), but not bool. False if it is none.
bool as_int64(PyObject* object, int64_t* value) {
    if (as_small_int(object, value)) return true;
    if (!PyLong_Check(object) && !PyIndex_Check(object)) return false;
    if (PyBool_Check(object)) {
        *value = object == Py_True;
        return true;
    }
    if (PyLong_Check(object)) {
        *value = PyLong_AsLongLong(object);
    } else {
        const Ref index = Ref::adopt(PyNumber_Index(object));
        if (!index) {  // an array that has no single integer
            PyErr_Clear();
            return false;
        }
        *value = PyLong_AsLongLong(index.get());
    }
    if (*value == -1 && PyErr_Occurred()) throw PythonError{};
    return true;
}

}  // namespace

void Arguments::bind_any(const Signature& signature,
                         PyObject* self,
                         PyObject* const* args,
                         Py_ssize_t n_args,
                         PyObject* keyword_names) {
    const int first = is_ndarray(self) ? 1 : 0;
    signature_ = &signature;
    values_[0] = self;
    for (int i = first; i < signature.size; ++i) values_[i] = nullptr;
    if (signature.spread >= 0 && n_args > signature.spread - first) {
        rest_ = args + (signature.spread - first);
        n_rest_ = n_args - (signature.spread - first);
        n_args = signature.spread - first;
    }
    if (n_args > signature.n_positional - first) throw_too_many(n_args + first);
    for (Py_ssize_t i = 0; i < n_args; ++i) values_[first + i] = args[i];
    if (keyword_names != nullptr) bind_keywords(args + n_args + n_rest_, keyword_names, first);
    for (int i = first; i < signature.n_required; ++i) {
        if (values_[i] == nullptr && !(i == signature.spread && n_rest_ > 0)) throw_missing(i);
    }
}

void Arguments::bind_keywords(PyObject* const* values, PyObject* names, int first) {
    const Signature& signature = *signature_;
    const Py_ssize_t n = PyTuple_GET_SIZE(names);
    for (Py_ssize_t k = 0; k < n; ++k) {
        PyObject* name = PyTuple_GET_ITEM(names, k);
        int i = first;
        for (; i < signature.size; ++i) {
            if (signature.interned[i] == nullptr) {
                signature.interned[i] =
                    Ref::take(PyUnicode_InternFromString(signature.names[i])).release();
            }
            if (name == signature.interned[i]) break;
        }
        for (int j = first; i == signature.size && j < signature.size; ++j) {
            if (PyUnicode_Compare(name, signature.interned[j]) == 0) {
                i = j;
                break;
            }
        }
        for (const Signature::OtherName& other : signature.other_names) {
            if (i != signature.size || other.name == nullptr) break;
            if (PyUnicode_CompareWithASCIIString(name, other.name) == 0) i = other.argument;
        }
        if (i == signature.size) {
            throw_python(
                PyExc_TypeError, "%s: unexpected keyword argument %R", signature.function, name);
        }
        if (values_[i] != nullptr || (i == signature.spread && n_rest_ > 0)) {
            throw_python(PyExc_TypeError,
                         "%s: argument '%s' was given twice",
                         signature.function,
                         signature.names[i]);
        }
        values_[i] = values[k];
    }
}

const Array& Arguments::absent_array(int i) const {
    static const Array none;
    if (is_none(i)) return none;
    throw_wrong(i, "a chainerx.ndarray or None", "convert it with chainerx.array()");
}

Operand Arguments::operand(int i) const {
    const Operand result = to_operand(values_[i]);
    if (result.is_absent())
        throw_wrong(i, "a chainerx.ndarray or a number", "convert it with chainerx.array()");
    return result;
}

std::vector<Array> Arguments::arrays(int i) const {
    std::vector<Array> result;
    PyObject* const* items = rest_;
    Py_ssize_t n = n_rest_;
    Ref sequence;
    if (i != signature_->spread) {
        if (values_[i] == nullptr || is_ndarray(values_[i]))
            throw_wrong(i, "a sequence of chainerx.ndarray");
        sequence = Ref::adopt(PySequence_Fast(values_[i], ""));
        if (!sequence) {
            PyErr_Clear();
            throw_wrong(i, "a sequence of chainerx.ndarray");
        }
        items = PySequence_Fast_ITEMS(sequence.get());
        n = PySequence_Fast_GET_SIZE(sequence.get());
    }
    result.reserve(static_cast<size_t>(n));
    for (Py_ssize_t k = 0; k < n; ++k) {
        if (!is_ndarray(items[k])) {
            throw_python(PyExc_TypeError,
                         "%s: item %zd of argument '%s' is %R (%s); expected a chainerx.ndarray",
                         signature_->function,
                         k,
                         signature_->names[i],
                         items[k],
                         Py_TYPE(items[k])->tp_name);
        }
        result.push_back(array_of(items[k]));
    }
    return result;
}

int64_t Arguments::integer(int i) const {
    int64_t value;
    if (!as_int64(values_[i], &value)) throw_wrong(i, "an integer");
    return value;
}

int64_t Arguments::offset(int i) const {
    constexpr int64_t kBeyond = int64_t{1} << 62;  // no sum with an extent overflows
    if (!PyLong_Check(values_[i])) return integer(i);
    int overflow = 0;
    const int64_t value = PyLong_AsLongLongAndOverflow(values_[i], &overflow);
    if (overflow != 0) return overflow * kBeyond;
    return std::clamp(value, -kBeyond, kBeyond);
}

double Arguments::number(int i) const {
    Scalar value;
    if (!as_scalar(values_[i], &value) || value.kind() == DTypeKind::kComplex)
        throw_wrong(i, "a real number");
    return static_cast<double>(value);
}

bool Arguments::boolean(int i) const {
    if (values_[i] == Py_True) return true;
    if (values_[i] == Py_False) return false;
    Scalar value;
    if (!as_scalar(values_[i], &value) || value.kind() > DTypeKind::kUInt)
        throw_wrong(i, "True or False");
    return static_cast<bool>(value);
}

Scalar Arguments::scalar(int i) const {
    Scalar value;
    if (as_scalar(values_[i], &value)) return value;
    if (is_ndarray(values_[i]) && array_of(values_[i]).ndim() == 0)
        return array_of(values_[i]).item();
    throw_wrong(i, "a number");
}

template <typename Integers>
void Arguments::append_ints(int i, PyObject* object, Integers* result) const {
    int64_t value;
    if (as_int64(object, &value)) {
        result->push_back(value);
        return;
    }
    const Ref sequence =
        Ref::adopt(PyUnicode_Check(object) ? nullptr : PySequence_Fast(object, ""));
    if (!sequence) {
        PyErr_Clear();
        throw_wrong(i, "an integer or a sequence of integers");
    }
    for (Py_ssize_t k = 0; k < PySequence_Fast_GET_SIZE(sequence.get()); ++k) {
        if (!as_int64(PySequence_Fast_GET_ITEM(sequence.get(), k), &value))
            throw_wrong(i, "an integer or a sequence of integers");
        result->push_back(value);
    }
}

template void Arguments::append_ints(int i, PyObject* object, Dims* result) const;

std::vector<int64_t> Arguments::int_list(int i) const {
    std::vector<int64_t> result;
    append_ints(i, values_[i], &result);
    return result;
}

std::optional<Dims> Arguments::some_ints(int i, PyObject* object) const {
    std::optional<Dims> result(std::in_place, DimsView());  // not filled with zeros first
    append_ints(i, object, &*result);
    return result;
}

std::optional<Dims> Arguments::spread_ints(int i) const {
    if (n_rest_ == 0) return optional_ints(i);
    if (n_rest_ == 1) {
        if (rest_[0] == Py_None) return std::nullopt;
        return some_ints(i, rest_[0]);
    }
    std::optional<Dims> result(std::in_place, DimsView());
    for (Py_ssize_t k = 0; k < n_rest_; ++k) {
        int64_t value;
        if (!as_int64(rest_[k], &value)) {
            throw_python(PyExc_TypeError,
                         "%s: argument '%s' has %R (%s) at position %zd; expected integers",
                         signature_->function,
                         signature_->names[i],
                         rest_[k],
                         Py_TYPE(rest_[k])->tp_name,
                         k);
        }
        result->push_back(value);
    }
    return result;
}

void Arguments::set_spread_ints(int i, Dims* result) const {
    const std::optional<Dims> integers = spread_ints(i);
    if (!integers) {
        throw_python(PyExc_TypeError,
                     "%s: argument '%s' is None; expected an integer or a sequence of integers",
                     signature_->function,
                     signature_->names[i]);
    }
    *result = *integers;
}

DType Arguments::dtype(int i) const { return to_dtype(values_[i]); }

std::string_view Arguments::string(int i) const {
    if (!PyUnicode_Check(values_[i])) throw_wrong(i, "a string");
    Py_ssize_t size;
    const char* text = PyUnicode_AsUTF8AndSize(values_[i], &size);
    if (text == nullptr) throw PythonError{};
    return {text, static_cast<size_t>(size)};
}

void Arguments::throw_wrong(int i, const char* expected, const char* advice) const {
    PyObject* value = values_[i] != nullptr ? values_[i] : n_rest_ > 0 ? rest_[0] : Py_None;
    throw_python(PyExc_TypeError,
                 "%s: argument '%s' is %.200R (%s); expected %s%s%s",
                 signature_->function,
                 signature_->names[i],
                 value,
                 Py_TYPE(value)->tp_name,
                 expected,
                 advice != nullptr ? "; " : "",
                 advice != nullptr ? advice : "");
}

void Arguments::throw_too_many(Py_ssize_t given) const {
    throw_python(PyExc_TypeError,
                 "%s: %zd positional arguments were given; expected at most %d",
                 signature_->function,
                 given,
                 signature_->n_positional);
}

void Arguments::throw_missing(int i) const {
    throw_python(PyExc_TypeError,
                 "%s: argument '%s' is missing",
                 signature_->function,
                 signature_->names[i]);
}

}  // namespace chainerx::python
