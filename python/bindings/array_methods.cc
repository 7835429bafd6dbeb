// Methods of ndarray that are not rows of the op table, and take() and split(), whose arguments are of several types.
#include <cmath>

#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "conversion.h"
#include "device.h"
#include "hand_written.h"
#include "op_arguments.h"
#include "operand.h"
#include "slots.h"

namespace chainerx::python {
namespace {

PyObject* item(PyObject* self, PyObject* const* args, Py_ssize_t n, PyObject* keywords) noexcept {
    static constexpr Signature signature{"item", 2, 1, 2, 1, {"self", "index"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        const std::optional<Dims> index = a.spread_ints(1);
        if (!index) return scalar_object(a.array(0).item());
        std::vector<ArrayIndex> parts(index->begin(), index->end());
        if (parts.size() == 1) return scalar_object(ravel(a.array(0)).at(parts).item());
        return scalar_object(a.array(0).at(parts).item());
    });
}

PyObject* fill(PyObject* self, PyObject* const* args, Py_ssize_t n, PyObject* keywords) noexcept {
    static constexpr Signature signature{"fill", 2, 2, 2, -1, {"self", "value"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        a.array(0).fill(a.scalar(1));
        Py_RETURN_NONE;
    });
}

PyObject* flatten(PyObject* self, PyObject*) noexcept {
    try {
        return wrap(array_of(self).reshape({-1}).copy());
    } catch (...) {
        return raise_current();
    }
}

PyObject* view(PyObject* self, PyObject*) noexcept {
    try {
        return wrap(array_of(self).view());
    } catch (...) {
        return raise_current();
    }
}

PyObject* to_device_method(PyObject* self,
                           PyObject* const* args,
                           Py_ssize_t n,
                           PyObject* keywords) noexcept {
    static constexpr Signature signature{
        "to_device", 4, 2, 3, -1, {"self", "device", "index", "stream"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        Device& device = a.has(2) ? get_device(to_device(a.object(1)).backend().name(),
                                               static_cast<int>(a.integer(2)))
                                  : to_device(a.object(1));
        return wrap(a.array(0).to_device(device));
    });
}

Array indices_argument(const Arguments& a, int i) {
    if (is_ndarray(a.object(i))) return a.array(i);
    Device& device = a.array(0).device();
    Scalar scalar;
    if (is_index_array(a.object(i)) || PyTuple_Check(a.object(i)))
        return array_from_index(a.object(i), device);
    if (!as_scalar(a.object(i), &scalar) || scalar.kind() != DTypeKind::kInt) {
        a.throw_wrong(i,
                      "integers: a chainerx.ndarray, a sequence, a numpy.ndarray or one integer");
    }
    return full({}, scalar, DType::kInt64, &device);
}

// An integer, or a float without fraction; arrays of one such number too.
std::optional<int64_t> as_sections(PyObject* object) {
    Scalar scalar;
    if (as_scalar(object, &scalar)) {
        const double value = static_cast<double>(scalar);
        if (value != std::floor(value)) {
            throw ValueError("split: " + scalar.to_string() + " sections; expected an integer");
        }
        return static_cast<int64_t>(scalar);
    }
    if (is_ndarray(object) && array_of(object).ndim() == 0)
        return static_cast<int64_t>(array_of(object).item());
    return std::nullopt;
}

}  // namespace

PyObject* call_take(PyObject* self,
                    PyObject* const* args,
                    Py_ssize_t n,
                    PyObject* keywords) noexcept {
    static constexpr Signature signature{"take", 4, 2, 4, -1, {"a", "indices", "axis", "mode"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        const Array& array = a.array(0);
        return wrap(
            take(array, indices_argument(a, 1), a.optional_integer(2), a.optional_string(3)));
    });
}

PyObject* call_split(PyObject* self,
                     PyObject* const* args,
                     Py_ssize_t n,
                     PyObject* keywords) noexcept {
    static constexpr Signature signature{
        "split", 3, 2, 3, -1, {"ary", "indices_or_sections", "axis"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        const Array& array = a.array(0);
        const int64_t axis = a.integer(2, 0);
        if (const std::optional<int64_t> sections = as_sections(a.object(1))) {
            return wrap_list(split_sections(array, *sections, axis));
        }
        return wrap_list(split(array, a.int_list(1), axis));
    });
}

void add_array_methods(TypeParts& parts) {
    const PyMethodDef methods[] = {
        method_def("item",
                   item,
                   "item($self, /, *index)\n--\n\nThe only element, or the one at index, as a "
                   "Python number."),
        method_def("fill", fill, "fill($self, /, value)\n--\n\nSets all elements to a number."),
        {"flatten", flatten, METH_NOARGS, "flatten($self, /)\n--\n\nA copy with one dimension."},
        {"view",
         view,
         METH_NOARGS,
         "view($self, /)\n--\n\nA new array on the same memory, connected to the same graphs."},
        method_def("to_device",
                   to_device_method,
                   "to_device($self, /, device, index=0, *, stream=None)\n--\n\n"
                   "The array on another device (a chainerx.Device, 'backend:index', or a "
                   "backend's name and an index); itself if it "
                   "is already there."),
        method_def("take",
                   call_take,
                   "take($self, /, indices, axis=None, mode=None)\n--\n\nSlices along axis at "
                   "indices; see chainerx.take."),
    };
    parts.methods.insert(parts.methods.end(), std::begin(methods), std::end(methods));
}

}  // namespace chainerx::python
