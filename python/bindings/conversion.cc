// NumPy arrays, buffers and Python sequences -> Array, and back into host memory.
#include "conversion.h"

#include <memory>
#include <string>

#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "device.h"
#include "dtype.h"
#include "gil.h"
#include "hand_written.h"
#include "op_arguments.h"

namespace chainerx::python {
namespace {

LazyAttribute numpy_ndarray{"numpy", "ndarray"};
LazyAttribute numpy_asarray{"numpy", "asarray"};
LazyAttribute numpy_ascontiguousarray{"numpy", "ascontiguousarray"};

// A buffer of a Python object. May be destroyed on any thread.
struct Buffer {
    Py_buffer view{};
    explicit Buffer(PyObject* object, int flags) {
        check(PyObject_GetBuffer(object, &view, flags));
    }
    ~Buffer() {
        with_gil([this] { PyBuffer_Release(&view); });
    }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
};

// NumPy exports no buffer of bfloat16: the same memory as 16-bit integers.
Ref as_exportable(PyObject* numpy_array, DType dtype) {
    if (dtype != DType::kBFloat16) return Ref::borrow(numpy_array);
    return Ref::take(PyObject_CallMethod(numpy_array, "view", "s", "uint16"));
}

bool can_share(const Py_buffer& view, DType dtype, Device& device) {
    if (!is_host_accessible(device) ||
        reinterpret_cast<uintptr_t>(view.buf) % static_cast<size_t>(itemsize(dtype)) != 0)
        return false;
    for (int i = 0; i < view.ndim; ++i) {
        if (view.strides[i] % itemsize(dtype) != 0) return false;
    }
    return true;
}

Array share(std::shared_ptr<Buffer> buffer, DType dtype, Device& device) {
    const Py_buffer& view = buffer->view;
    Dims shape, strides;
    for (int i = 0; i < view.ndim; ++i) {
        shape.push_back(view.shape[i]);
        strides.push_back(view.strides[i] / itemsize(dtype));
    }
    return array_from_memory(
        view.buf, shape, strides, dtype, device, [buffer] {}, 0, view.readonly != 0);
}

DType dtype_of_numpy(PyObject* numpy_array) {
    return to_dtype(Ref::take(PyObject_GetAttrString(numpy_array, "dtype")).get());
}

}  // namespace

Array array_from_numpy(PyObject* numpy_array,
                       std::optional<DType> dtype,
                       bool copy,
                       Device& device) {
    const DType source = dtype_of_numpy(numpy_array);
    const Ref exportable = as_exportable(numpy_array, source);
    auto buffer = std::make_shared<Buffer>(exportable.get(), PyBUF_STRIDED_RO);
    if (buffer->view.ndim > kMaxNdim) {
        throw DimensionError("array: " + std::to_string(buffer->view.ndim) +
                             " dimensions; expected at most " + std::to_string(kMaxNdim));
    }
    Array result;
    if (!copy && (!dtype || *dtype == source) && can_share(buffer->view, source, device)) {
        return share(std::move(buffer), source, device);
    }
    const Dims shape{
        DimsView(reinterpret_cast<const int64_t*>(buffer->view.shape), buffer->view.ndim)};
    if (!PyBuffer_IsContiguous(&buffer->view, 'C')) {
        const Ref contiguous = Ref::take(
            PyObject_CallFunctionObjArgs(numpy_ascontiguousarray.get(), exportable.get(), nullptr));
        buffer = std::make_shared<Buffer>(contiguous.get(), PyBUF_STRIDED_RO);
    }
    result = array_from_host(buffer->view.buf, shape, source, &device);
    return dtype ? result.astype(*dtype, false) : result;
}

Array array_from_object(PyObject* object, DType dtype, Device& device) {
    const Ref array = Ref::take(PyObject_CallFunctionObjArgs(numpy_asarray.get(), object, nullptr));
    return array_from_numpy(array.get(), dtype, true, device);
}

bool is_index_array(PyObject* object) {
    return PyList_Check(object) ||
           PyObject_TypeCheck(object, reinterpret_cast<PyTypeObject*>(numpy_ndarray.get()));
}

Array array_from_index(PyObject* object, Device& device) {
    const Ref array = Ref::take(PyObject_CallFunctionObjArgs(numpy_asarray.get(), object, nullptr));
    const DType dtype = dtype_of_numpy(array.get());
    if (PyList_Check(object)) {
        // A list without elements says nothing about their dtype.
        const Array made = array_from_numpy(array.get(), std::nullopt, true, device);
        if (made.size() == 0) return made.astype(DType::kInt64, false);
    }
    if (dtype != DType::kBool && !is_integral(dtype)) {
        throw IndexError("index: a list or array of " + std::string(dtype_name(dtype)) +
                         "; expected integers or bool");
    }
    return array_from_numpy(array.get(), std::nullopt, true, device);
}

PyObject* call_from_numpy(PyObject* self,
                          PyObject* const* args,
                          Py_ssize_t n,
                          PyObject* keywords) noexcept {
    static constexpr Signature signature{
        "_from_numpy", 4, 1, 4, -1, {"array", "dtype", "copy", "device"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        Device* device = a.device(3);
        return wrap(array_from_numpy(a.object(0),
                                     a.optional_dtype(1),
                                     a.boolean(2, true),
                                     device != nullptr ? *device : get_default_device()));
    });
}

PyObject* call_copy_to_host(PyObject* self,
                            PyObject* const* args,
                            Py_ssize_t n,
                            PyObject* keywords) noexcept {
    static constexpr Signature signature{"_copy_to_host", 2, 2, 2, -1, {"array", "buffer"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) -> PyObject* {
        const Array& array = a.array(0);
        const Buffer buffer{a.object(1), PyBUF_CONTIG};
        if (buffer.view.len != array.nbytes()) {
            throw ValueError("copy: a buffer of " + std::to_string(buffer.view.len) +
                             " bytes; expected " + std::to_string(array.nbytes()));
        }
        array.copy_to_host(buffer.view.buf);
        Py_RETURN_NONE;
    });
}

}  // namespace chainerx::python
