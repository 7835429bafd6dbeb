// chainerx.from_dlpack: arrays of other libraries, without a copy.
#include <memory>

#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "device.h"
#include "dlpack.h"
#include "hand_written.h"
#include "op_arguments.h"

namespace chainerx::python {
namespace {

using dlpack::ManagedTensor;
using dlpack::ManagedTensorVersioned;

Device& device_for(const dlpack::Device& wanted) {
    constexpr int32_t kCudaHost = 3, kRocmHost = 11;
    const bool is_host = wanted.device_type == dlpack::kCpu || wanted.device_type == kCudaHost ||
                         wanted.device_type == kRocmHost;
    for (Device* device : known_devices()) {
        const chx_dldevice have = empty({0}, DType::kUInt8, device).body()->tensor.device;
        if (is_host
                ? have.device_type == dlpack::kCpu
                : have.device_type == wanted.device_type && have.device_id == wanted.device_id) {
            return *device;
        }
    }
    throw DeviceError(
        "from_dlpack: the array is on DLPack device (" + std::to_string(wanted.device_type) + ", " +
        std::to_string(wanted.device_id) +
        "), for which no device is open; open it first with chainerx.get_device('backend:index')");
}

Array from_tensor(const dlpack::Tensor& tensor, bool is_readonly, std::function<void()> release) {
    if (tensor.ndim > kMaxNdim) {
        throw DimensionError("from_dlpack: an array of " + std::to_string(tensor.ndim) +
                             " dimensions; expected at most " + std::to_string(kMaxNdim));
    }
    const std::optional<DType> dtype =
        from_chx_dtype({tensor.dtype.code, tensor.dtype.bits, tensor.dtype.lanes});
    if (!dtype) {
        throw DtypeError("from_dlpack: DLPack type code " + std::to_string(tensor.dtype.code) +
                         " with " + std::to_string(tensor.dtype.bits) + " bits and " +
                         std::to_string(tensor.dtype.lanes) +
                         " lanes; expected the type of a chainerx dtype");
    }
    const DimsView shape{tensor.shape, tensor.ndim};
    const Strides strides = tensor.strides != nullptr
                                ? Strides(DimsView(tensor.strides, tensor.ndim))
                                : contiguous_strides(shape);
    return array_from_memory(tensor.data,
                             shape,
                             strides,
                             *dtype,
                             device_for(tensor.device),
                             std::move(release),
                             static_cast<int64_t>(tensor.byte_offset),
                             is_readonly);
}

template <typename Managed>
Array consume(
    PyObject* capsule, const char* name, const char* used_name, bool is_readonly, bool* is_copied) {
    auto* managed = static_cast<Managed*>(PyCapsule_GetPointer(capsule, name));
    if (managed == nullptr) throw PythonError{};
    if constexpr (std::is_same_v<Managed, ManagedTensorVersioned>) {
        if (managed->major != dlpack::kMajorVersion) {
            throw ValueError("from_dlpack: DLPack version " + std::to_string(managed->major) +
                             "; expected version 1");
        }
        is_readonly = (managed->flags & dlpack::kFlagReadOnly) != 0;
        *is_copied = (managed->flags & dlpack::kFlagIsCopied) != 0;
    }
    Array array = from_tensor(managed->tensor, is_readonly, [managed] {
        if (managed->deleter != nullptr) managed->deleter(managed);
    });
    check(PyCapsule_SetName(capsule, used_name));
    return array;
}

Array from_capsule(PyObject* capsule, bool* is_copied) {
    if (PyCapsule_IsValid(capsule, "dltensor_versioned")) {
        return consume<ManagedTensorVersioned>(
            capsule, "dltensor_versioned", "used_dltensor_versioned", false, is_copied);
    }
    if (PyCapsule_IsValid(capsule, "dltensor")) {
        return consume<ManagedTensor>(capsule, "dltensor", "used_dltensor", false, is_copied);
    }
    throw ValueError(
        "from_dlpack: the capsule holds no DLPack tensor, or one that was already consumed; "
        "expected a fresh one");
}

Ref ask_for_capsule(PyObject* producer) {
    if (PyCapsule_CheckExact(producer)) return Ref::borrow(producer);
    const Ref method = Ref::adopt(PyObject_GetAttrString(producer, "__dlpack__"));
    if (!method) {
        PyErr_Clear();
        throw_python(PyExc_TypeError,
                     "from_dlpack: %.200R (%s) has no __dlpack__; expected an array of a library "
                     "that supports DLPack",
                     producer,
                     Py_TYPE(producer)->tp_name);
    }
    const Ref none = Ref::take(PyTuple_New(0));
    const Ref keywords = Ref::take(
        Py_BuildValue("{s:(II)}", "max_version", dlpack::kMajorVersion, dlpack::kMinorVersion));
    Ref capsule = Ref::adopt(PyObject_Call(method.get(), none.get(), keywords.get()));
    if (!capsule &&
        PyErr_ExceptionMatches(PyExc_TypeError)) {  // a library that does not know version 1 yet
        PyErr_Clear();
        capsule = Ref::adopt(PyObject_Call(method.get(), none.get(), nullptr));
    }
    if (!capsule) throw PythonError{};
    return capsule;
}

}  // namespace

PyObject* call_from_dlpack(PyObject* self,
                           PyObject* const* args,
                           Py_ssize_t n,
                           PyObject* keywords) noexcept {
    static Signature signature{"from_dlpack", 3, 1, 1, -1, {"x", "device", "copy"}};
    return call(signature, self, args, n, keywords, [](const Arguments& a) {
        const std::optional<bool> copy = a.optional_boolean(2);
        Device* device = a.device(1);
        const Ref capsule = ask_for_capsule(a.object(0));
        bool is_copied = false;
        Array array = from_capsule(capsule.get(), &is_copied);
        if (device != nullptr && device != &array.device()) {
            if (copy == false) {
                throw ValueError("from_dlpack: the array is on " + array.device().name() +
                                 " and was asked for on " + device->name() +
                                 " without a copy; allow the copy");
            }
            return wrap(array.to_device(*device));
        }
        return wrap(copy == true && !is_copied ? array.copy() : std::move(array));
    });
}

}  // namespace chainerx::python
