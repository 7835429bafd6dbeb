// The buffer protocol and __array_interface__: host memory of an array, shown to NumPy and others without a copy.
#include <memory>

#include "chainerx/error.h"
#include "dtype.h"
#include "error.h"
#include "memory_sharing.h"
#include "ndarray.h"
#include "slots.h"

namespace chainerx::python {
namespace {

[[noreturn]] void throw_buffer_error(const char* reason) {
    throw_python(PyExc_BufferError, "buffer: %s", reason);
}

void check_layout(const Array& array, const Py_buffer& view, int flags) {
    const bool wants_c = (flags & PyBUF_C_CONTIGUOUS) == PyBUF_C_CONTIGUOUS ||
                         (flags & PyBUF_STRIDES) != PyBUF_STRIDES;
    if (wants_c && !array.is_contiguous()) {
        throw_buffer_error(
            "the array has gaps or another order than row-major; expected a contiguous one; use "
            "chainerx.ascontiguousarray()");
    }
    if ((flags & PyBUF_F_CONTIGUOUS) == PyBUF_F_CONTIGUOUS && !PyBuffer_IsContiguous(&view, 'F')) {
        throw_buffer_error("the array is not in column-major order");
    }
    if ((flags & PyBUF_ANY_CONTIGUOUS) == PyBUF_ANY_CONTIGUOUS &&
        !PyBuffer_IsContiguous(&view, 'A')) {
        throw_buffer_error(
            "the array has gaps; expected a contiguous one; use chainerx.ascontiguousarray()");
    }
}

int get_buffer(PyObject* self, Py_buffer* view, int flags) noexcept {
    view->obj = nullptr;
    try {
        const Array& array = array_of(self);
        if (!array.is_host_accessible())
            throw_buffer_error("the array is not in host memory; use chainerx.to_numpy()");
        const char* format = buffer_format(array.dtype());
        if (format == nullptr)
            throw_buffer_error(
                "bfloat16 has no code in the buffer protocol; use chainerx.to_numpy()");
        const bool readonly = is_export_readonly(array);
        if (readonly && (flags & PyBUF_WRITABLE) == PyBUF_WRITABLE) {
            throw_buffer_error(
                "the array is read-only or part of a graph, and a writable buffer was asked for; "
                "use as_grad_stopped()");
        }
        std::unique_ptr<Py_ssize_t[]> strides(
            new Py_ssize_t[static_cast<size_t>(array.ndim()) + 1]);
        for (int i = 0; i < array.ndim(); ++i)
            strides[static_cast<size_t>(i)] = array.strides()[i] * itemsize(array.dtype());
        static_assert(sizeof(Py_ssize_t) == sizeof(int64_t));
        view->buf = array.data();
        view->len = array.nbytes();
        view->itemsize = itemsize(array.dtype());
        view->readonly = readonly;
        view->ndim = array.ndim();
        view->format = (flags & PyBUF_FORMAT) != 0 ? const_cast<char*>(format) : nullptr;
        view->shape = reinterpret_cast<Py_ssize_t*>(const_cast<int64_t*>(array.shape().data()));
        view->strides = strides.get();
        view->suboffsets = nullptr;
        check_layout(array, *view, flags);
        if ((flags & PyBUF_ND) != PyBUF_ND) view->shape = nullptr;
        if ((flags & PyBUF_STRIDES) != PyBUF_STRIDES) view->strides = nullptr;
        view->internal = strides.release();
        if (!readonly) internal::mark_shared(array);
        view->obj = Ref::borrow(self).release();
        return 0;
    } catch (...) {
        return raise_current_int();
    }
}

void release_buffer(PyObject*, Py_buffer* view) noexcept {
    delete[] static_cast<Py_ssize_t*>(view->internal);
}

// bfloat16, which NumPy has no code for, as 16-bit integers. With a closure, for somebody who only reads.
PyObject* raw_array_interface(PyObject* self, void* closure) noexcept {
    static constexpr const char* kTypes[kDTypeCount] = {"|b1",
                                                        "|i1",
                                                        "<i2",
                                                        "<i4",
                                                        "<i8",
                                                        "|u1",
                                                        "<u2",
                                                        "<u4",
                                                        "<u8",
                                                        "<f2",
                                                        "<u2",
                                                        "<f4",
                                                        "<f8",
                                                        "<c8",
                                                        "<c16"};
    try {
        const Array& array = array_of(self);
        if (!array.is_host_accessible()) {
            throw_python(
                PyExc_AttributeError,
                "__array_interface__: the array is not in host memory; use chainerx.to_numpy()");
        }
        const bool readonly = closure != nullptr || is_export_readonly(array);
        const Ref shape = Ref::take(int_tuple(array.shape()));
        const Ref strides = Ref::take(int_tuple(array.strides(), itemsize(array.dtype())));
        const Ref address = Ref::take(PyLong_FromVoidPtr(array.data()));
        if (!readonly) internal::mark_shared(array);
        return Py_BuildValue("{s:i,s:s,s:O,s:O,s:(O,O)}",
                             "version",
                             3,
                             "typestr",
                             kTypes[static_cast<int>(array.dtype())],
                             "shape",
                             shape.get(),
                             "strides",
                             strides.get(),
                             "data",
                             address.get(),
                             readonly ? Py_True : Py_False);
    } catch (...) {
        return raise_current();
    }
}

PyObject* array_interface(PyObject* self, void*) noexcept {
    if (buffer_format(array_of(self).dtype()) != nullptr) return raw_array_interface(self, nullptr);
    PyErr_SetString(PyExc_AttributeError,
                    "__array_interface__: NumPy has no code for bfloat16; use chainerx.to_numpy()");
    return nullptr;
}

}  // namespace

void add_buffer_slots(TypeParts& parts) {
    parts.slots.push_back(make_slot(Py_bf_getbuffer, get_buffer));
    parts.slots.push_back(make_slot(Py_bf_releasebuffer, release_buffer));
    parts.attributes.push_back({"_array_interface",
                                raw_array_interface,
                                nullptr,
                                "__array_interface__, bfloat16 as 16-bit integers.",
                                nullptr});
    static char only_read;
    parts.attributes.push_back({"_readonly_array_interface",
                                raw_array_interface,
                                nullptr,
                                "_array_interface, for somebody who will not write.",
                                &only_read});
    parts.attributes.push_back({"__array_interface__",
                                array_interface,
                                nullptr,
                                "NumPy's description of the memory; arrays in host memory only.",
                                nullptr});
}

}  // namespace chainerx::python
