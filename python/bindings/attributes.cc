// Attributes of ndarray that describe it: shape, dtype, device, memory.
#include <algorithm>

#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "device.h"
#include "dtype.h"
#include "error.h"
#include "memory_sharing.h"
#include "ndarray.h"
#include "slots.h"

namespace chainerx::python {
namespace {

template <PyObject* (*function)(const Array&)>
PyObject* get(PyObject* self, void*) noexcept {
    try {
        return function(array_of(self));
    } catch (...) {
        return raise_current();
    }
}

PyObject* get_shape(const Array& a) { return int_tuple(a.shape()); }
PyObject* get_strides(const Array& a) { return int_tuple(a.strides(), itemsize(a.dtype())); }
PyObject* get_dtype(const Array& a) { return dtype_object(a.dtype()); }
PyObject* array_device(const Array& a) { return device_object(a.device()); }
PyObject* get_size(const Array& a) { return PyLong_FromLongLong(a.size()); }
PyObject* get_ndim(const Array& a) { return PyLong_FromLong(a.ndim()); }
PyObject* get_itemsize(const Array& a) { return PyLong_FromLongLong(itemsize(a.dtype())); }
PyObject* get_nbytes(const Array& a) { return PyLong_FromLongLong(a.nbytes()); }
PyObject* get_is_contiguous(const Array& a) { return PyBool_FromLong(a.is_contiguous()); }
PyObject* get_is_writable(const Array& a) { return PyBool_FromLong(!is_export_readonly(a)); }
PyObject* get_data_ptr(const Array& a) { return PyLong_FromVoidPtr(a.raw_data()); }
PyObject* get_offset(const Array& a) { return PyLong_FromLongLong(a.byte_offset()); }
PyObject* get_address(const Array& a) {
    return PyLong_FromVoidPtr(static_cast<char*>(a.raw_data()) + a.byte_offset());
}
PyObject* get_transposed(const Array& a) { return wrap(a.transpose()); }
PyObject* get_matrix_transposed(const Array& a) { return wrap(matrix_transpose(a)); }

// Bytes from the first to behind the last element in memory.
PyObject* get_data_size(const Array& a) {
    if (a.size() == 0) return PyLong_FromLong(0);
    int64_t span = 1;
    for (int i = 0; i < a.ndim(); ++i) span += (a.shape()[i] - 1) * std::abs(a.strides()[i]);
    return PyLong_FromLongLong(span * itemsize(a.dtype()));
}

PyObject* get_flat_data(const Array& a) {
    return PyObject_CallMethod(Ref::take(wrap(a.reshape({-1}))).get(), "tolist", nullptr);
}

}  // namespace

void add_attributes(TypeParts& parts) {
    const PyGetSetDef attributes[] = {
        {"shape", get<get_shape>, nullptr, "Extents, a tuple of integers.", nullptr},
        {"strides",
         get<get_strides>,
         nullptr,
         "Distances between neighbours along each axis, in bytes.",
         nullptr},
        {"dtype", get<get_dtype>, nullptr, "Element type, a numpy.dtype.", nullptr},
        {"device", get<array_device>, nullptr, "The device that holds the elements.", nullptr},
        {"size", get<get_size>, nullptr, "Number of elements.", nullptr},
        {"ndim", get<get_ndim>, nullptr, "Number of dimensions.", nullptr},
        {"itemsize", get<get_itemsize>, nullptr, "Bytes of one element.", nullptr},
        {"nbytes", get<get_nbytes>, nullptr, "Bytes of all elements.", nullptr},
        {"is_contiguous",
         get<get_is_contiguous>,
         nullptr,
         "Whether the elements lie in row-major order without gaps.",
         nullptr},
        {"_is_writable",
         get<get_is_writable>,
         nullptr,
         "Whether the elements may be written: by the memory, and by graphs.",
         nullptr},
        {"data_ptr",
         get<get_data_ptr>,
         nullptr,
         "Address or handle of the allocation; see offset.",
         nullptr},
        {"data_size",
         get<get_data_size>,
         nullptr,
         "Bytes from the first to behind the last element in memory.",
         nullptr},
        {"offset", get<get_offset>, nullptr, "Bytes from data_ptr to the first element.", nullptr},
        {"T", get<get_transposed>, nullptr, "A view with the axes reversed.", nullptr},
        {"mT",
         get<get_matrix_transposed>,
         nullptr,
         "A view with the last two axes swapped.",
         nullptr},
        {"_debug_data_memory_address",
         get<get_address>,
         nullptr,
         "Address of the first element.",
         nullptr},
        {"_debug_flat_data", get<get_flat_data>, nullptr, "All elements in a list.", nullptr},
    };
    parts.attributes.insert(parts.attributes.end(), std::begin(attributes), std::end(attributes));
}

}  // namespace chainerx::python
