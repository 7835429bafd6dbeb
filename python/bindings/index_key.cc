// A Python index (integer, slice, None, ..., array, list, or a tuple of them) as the core's.
#include "index_key.h"

#include <string>

#include "chainerx/error.h"
#include "conversion.h"
#include "error.h"
#include "ndarray.h"
#include "operand.h"
#include "small_int.h"

namespace chainerx::python {
namespace {

int64_t uncommon_slice_part(PyObject* part) {
    if (!PyIndex_Check(part)) {
        throw_python(PyExc_TypeError, "index: %R in a slice; expected an integer or None", part);
    }
    const Py_ssize_t value = PyNumber_AsSsize_t(part, nullptr);  // clips
    if (value == -1 && PyErr_Occurred()) throw PythonError{};
    return value;
}

inline void set_slice_part(PyObject* part, std::optional<int64_t>* result) {
    if (part == Py_None) return;
    int64_t value;
    *result = as_small_int(part, &value) ? value : uncommon_slice_part(part);
}

ArrayIndex to_index_part(PyObject* part, Device& device) {
    if (PyLong_CheckExact(part)) return to_integer(part);
    if (PySlice_Check(part)) return to_slice(part);
    if (part == Py_None) return ArrayIndex::new_axis();
    if (part == Py_Ellipsis) return ArrayIndex::ellipsis();
    if (is_ndarray(part)) return array_of(part);
    Scalar scalar;
    if (as_scalar(part, &scalar)) {
        if (scalar.kind() == DTypeKind::kInt) return static_cast<int64_t>(scalar);
        if (scalar.kind() == DTypeKind::kBool) {
            const bool value = static_cast<bool>(scalar);
            return array_from_host(&value, {}, DType::kBool, &device);
        }
    } else if (is_index_array(part)) {
        return array_from_index(part, device);
    }
    const Ref text = Ref::take(PyObject_Repr(part));
    const char* utf8 = PyUnicode_AsUTF8(text.get());
    if (utf8 == nullptr) throw PythonError{};
    throw IndexError(
        std::string("index: ") + utf8 + " (" + Py_TYPE(part)->tp_name +
        "); expected integers, slices, None, ..., arrays of integers or bool, or a tuple of these");
}

}  // namespace

Slice to_slice(PyObject* object) {
    auto* slice = reinterpret_cast<PySliceObject*>(object);
    Slice result;
    set_slice_part(slice->start, &result.start);
    set_slice_part(slice->stop, &result.stop);
    set_slice_part(slice->step, &result.step);
    if (result.step == int64_t{0})
        throw ValueError("index: a slice with step 0; expected another step");
    return result;
}

int64_t to_integer(PyObject* object) {
    int64_t small;
    if (as_small_int(object, &small)) return small;
    const Py_ssize_t value = PyNumber_AsSsize_t(object, PyExc_IndexError);
    if (value == -1 && PyErr_Occurred()) throw PythonError{};
    return value;
}

std::vector<ArrayIndex> to_index(PyObject* key, Device& device) {
    std::vector<ArrayIndex> result;
    if (!PyTuple_Check(key)) {
        result.push_back(to_index_part(key, device));
        return result;
    }
    result.reserve(static_cast<size_t>(PyTuple_GET_SIZE(key)));
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(key); ++i)
        result.push_back(to_index_part(PyTuple_GET_ITEM(key, i), device));
    return result;
}

}  // namespace chainerx::python
