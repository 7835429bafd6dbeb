// ndarray.__dlpack_c_exchange_api__: DLPack's functions for C code that meets our arrays as Python objects.
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "dlpack.h"
#include "memory_sharing.h"
#include "ndarray.h"

namespace chainerx::python {
namespace {

using dlpack::ManagedTensorVersioned;
using dlpack::Tensor;

int allocate(Tensor* prototype,
             ManagedTensorVersioned** out,
             void* error_context,
             void (*set_error)(void* error_context,
                               const char* kind,
                               const char* message)) noexcept {
    try {
        const std::optional<DType> dtype =
            from_chx_dtype({prototype->dtype.code, prototype->dtype.bits, prototype->dtype.lanes});
        if (!dtype)
            throw DtypeError("allocate: not the type of a chainerx dtype; expected one that is");
        const Array array = empty(DimsView(prototype->shape, prototype->ndim),
                                  *dtype,
                                  &internal::device_of_dlpack(prototype->device));
        *out = reinterpret_cast<ManagedTensorVersioned*>(to_dlpack(array));
        return 0;
    } catch (const std::exception& error) {
        set_error(error_context, "BufferError", error.what());
    } catch (...) {
        set_error(error_context, "BufferError", "allocate: an exception of an unknown type");
    }
    return -1;
}

const Array& checked(void* object) {
    auto* python = static_cast<PyObject*>(object);
    if (!is_ndarray(python)) {
        throw_python(PyExc_TypeError,
                     "dlpack: a %s was given; expected a chainerx.ndarray",
                     Py_TYPE(python)->tp_name);
    }
    return array_of(python);
}

int from_object(void* object, ManagedTensorVersioned** out) noexcept {
    try {
        const Array& array = checked(object);
        *out = reinterpret_cast<ManagedTensorVersioned*>(
            or_buffer_error([&] { return to_dlpack(array); }));
        return 0;
    } catch (...) {
        return raise_current_int();
    }
}

int to_object(ManagedTensorVersioned* tensor, void** out) noexcept {
    try {
        *out = wrap(from_dlpack(reinterpret_cast<DLManagedTensorVersioned*>(tensor)));
        return 0;
    } catch (...) {
        return raise_current_int();
    }
}

// There is no flag for read-only arrays here, and nothing that would keep a copy alive.
int view_object(void* object, Tensor* out) noexcept {
    try {
        const Array& array = checked(object);
        if (is_export_readonly(array)) {
            throw_python(
                PyExc_BufferError,
                "dlpack: the array is read-only or part of a graph; expected one that may be "
                "written; use as_grad_stopped(copy=True)");
        }
        internal::mark_shared(array);
        *out = internal::dlpack_tensor(array);
        return 0;
    } catch (...) {
        return raise_current_int();
    }
}

int current_stream(int32_t device_type, int32_t device_id, void** out) noexcept {
    try {
        *out =
            internal::current_native_stream(internal::device_of_dlpack({device_type, device_id}));
        return 0;
    } catch (...) {
        return raise_current_int();
    }
}

}  // namespace

void add_dlpack_exchange_api(PyObject* type) {
    static dlpack::ExchangeApi api{dlpack::kMajorVersion,
                                   dlpack::kMinorVersion,
                                   nullptr,
                                   allocate,
                                   from_object,
                                   to_object,
                                   view_object,
                                   current_stream};
    const Ref capsule = Ref::take(PyCapsule_New(&api, "dlpack_exchange_api", nullptr));
    check(PyObject_SetAttrString(type, "__dlpack_c_exchange_api__", capsule.get()));
}

}  // namespace chainerx::python
