// Arrays to DLPack tensors and back.
#include "chainerx/dlpack.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "array/views.h"
#include "chainerx/detail/dlpack_device.h"
#include "chainerx/detail/dlpack_structs.h"
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "device/device_state.h"

namespace chainerx {

namespace {

namespace dlpack = internal::dlpack;
using dlpack::ManagedTensor;
using dlpack::ManagedTensorVersioned;

// Keeps the array alive as long as the consumer needs it. May be deleted on any thread.
template <typename Managed>
struct Export {
    Managed managed{};
    Array array;
    int64_t shape[kMaxViewNdim], strides[kMaxViewNdim];
};

template <typename Managed>
Managed* make_export(const Array& array) {
    auto owner = std::make_unique<Export<Managed>>();
    owner->array = array;
    std::copy(array.shape().begin(), array.shape().end(), owner->shape);
    std::copy(array.strides().begin(), array.strides().end(), owner->strides);
    dlpack::Tensor& tensor = owner->managed.tensor;
    tensor = internal::dlpack_tensor(array);
    tensor.shape = owner->shape;
    tensor.strides = owner->strides;
    owner->managed.deleter = [](Managed* managed) {
        delete static_cast<Export<Managed>*>(managed->context);
    };
    owner->managed.context = owner.get();
    return &owner.release()->managed;
}

// The array that is handed out: itself, or a copy.
Array exportable(const Array& array, DlpackCopy copy) {
    internal::check_readable(array);
    if (array.is_connected_to_any()) {
        throw GradientError(
            "to_dlpack: the array is part of a graph, which other libraries would not see; "
            "expected one "
            "outside of every graph; use as_grad_stopped()");
    }
    if (internal::dlpack_device(array).device_type == dlpack::kExtDev) {
        throw DeviceError(fmt::format(
            "to_dlpack: an array on {}, for which DLPack has no name; expected a device that "
            "other libraries know; copy it with to_device(\"native:0\")",
            array.device().name()));
    }
    const bool is_reversed =
        array.size() > 1 && std::any_of(array.strides().begin(),
                                        array.strides().end(),
                                        [](int64_t stride) { return stride < 0; });
    if (copy == DlpackCopy::kAlways || (copy == DlpackCopy::kIfNeeded && is_reversed))
        return array.copy();
    internal::mark_shared(array);
    return array;
}

bool is_readonly(const Array& array) { return (array.body()->tensor.flags & CHX_T_READONLY) != 0; }

// Calls a tensor's deleter once, when the last copy of it is gone.
template <typename Managed>
std::shared_ptr<Managed> take_over(Managed* managed) {
    return {managed, [](Managed* dying) {
                if (dying->deleter != nullptr) dying->deleter(dying);
            }};
}

DType checked_dtype(const dlpack::Tensor& tensor) {
    const std::optional<DType> dtype =
        from_chx_dtype({tensor.dtype.code, tensor.dtype.bits, tensor.dtype.lanes});
    if (dtype) return *dtype;
    throw DtypeError(
        fmt::format("from_dlpack: DLPack type code {} with {} bits and {} lanes; expected the type "
                    "of a chainerx dtype",
                    tensor.dtype.code,
                    tensor.dtype.bits,
                    tensor.dtype.lanes));
}

void check_shape(const dlpack::Tensor& tensor) {
    if (tensor.ndim < 0 || tensor.ndim > kMaxNdim) {
        throw DimensionError(fmt::format(
            "from_dlpack: an array of {} dimensions; expected at most {}", tensor.ndim, kMaxNdim));
    }
    if (tensor.ndim > 0 && tensor.shape == nullptr)
        throw ValueError(
            "from_dlpack: the tensor has no shape; expected as many extents as dimensions");
}

// Elements of any alignment, one by one, into row-major memory.
void copy_unaligned(
    char*& to, const char* from, DimsView shape, DimsView strides, int axis, int64_t size) {
    if (axis == shape.size()) {
        std::memcpy(to, from, static_cast<size_t>(size));
        to += size;
        return;
    }
    for (int64_t i = 0; i < shape[axis]; ++i)
        copy_unaligned(to, from + i * strides[axis] * size, shape, strides, axis + 1, size);
}

Array aligned_copy(const char* data,
                   DimsView shape,
                   DimsView strides,
                   DType dtype,
                   Device& device,
                   DlpackCopy copy) {
    if (copy == DlpackCopy::kNever || !internal::state_of(device).is_host_memory) {
        throw ValueError(
            "from_dlpack: the elements are not aligned to their size; expected memory that can be "
            "shared "
            "as it is; allow a copy, or copy it in the other library");
    }
    Array result = internal::new_array(shape, dtype, internal::state_of(device));
    char* to = static_cast<char*>(result.data());
    copy_unaligned(to, data, shape, strides, 0, itemsize(dtype));
    return result;
}

template <typename Managed>
Array import(const std::shared_ptr<Managed>& managed, bool is_readonly, DlpackCopy copy) {
    const dlpack::Tensor& tensor = managed->tensor;
    check_shape(tensor);
    const DType dtype = checked_dtype(tensor);
    const DimsView shape{tensor.shape, tensor.ndim};
    Device& device = internal::device_of_dlpack(tensor.device);
    if (total_size(shape) == 0)
        return internal::new_array(shape, dtype, internal::state_of(device));
    if (tensor.data == nullptr)
        throw ValueError("from_dlpack: the tensor has elements but no data; expected an address");
    const Strides strides = tensor.strides != nullptr
                                ? Strides(DimsView(tensor.strides, tensor.ndim))
                                : contiguous_strides(shape);
    const bool is_address = internal::has_pointers(tensor.device.device_type);
    const auto address = reinterpret_cast<uintptr_t>(tensor.data) + tensor.byte_offset;
    if (is_address && address % static_cast<uintptr_t>(itemsize(dtype)) != 0) {
        const char* data = static_cast<const char*>(tensor.data) + tensor.byte_offset;
        return aligned_copy(data, shape, strides, dtype, device, copy);
    }
    const Array array = array_from_memory(
        tensor.data,
        shape,
        strides,
        dtype,
        device,
        [managed] {},
        static_cast<int64_t>(tensor.byte_offset),
        is_readonly);
    return copy == DlpackCopy::kAlways ? array.copy() : array;
}

}  // namespace

DLManagedTensorVersioned* to_dlpack(const Array& array, DlpackCopy copy) {
    const Array given = exportable(array, copy);
    auto* managed = make_export<ManagedTensorVersioned>(given);
    managed->major = dlpack::kMajorVersion;
    managed->minor = dlpack::kMinorVersion;
    managed->flags = (is_readonly(given) ? dlpack::kFlagReadOnly : 0) |
                     (given.is_same(array) ? 0 : dlpack::kFlagIsCopied);
    return reinterpret_cast<DLManagedTensorVersioned*>(managed);
}

DLManagedTensor* to_dlpack_unversioned(const Array& array, DlpackCopy copy) {
    const Array given = exportable(array, copy);
    if (is_readonly(given)) {
        throw ValueError(
            "to_dlpack: the array is read-only, which DLPack before version 1 can't tell; expected "
            "a "
            "consumer that knows version 1; pass max_version=(1, 0) or copy=True");
    }
    return reinterpret_cast<DLManagedTensor*>(make_export<ManagedTensor>(given));
}

Array from_dlpack(DLManagedTensorVersioned* tensor, DlpackCopy copy) {
    const auto managed = take_over(reinterpret_cast<ManagedTensorVersioned*>(tensor));
    if (managed->major != dlpack::kMajorVersion) {
        throw ValueError(fmt::format("from_dlpack: DLPack version {}; expected version {}",
                                     managed->major,
                                     dlpack::kMajorVersion));
    }
    // The producer's copy is nobody else's.
    if (copy == DlpackCopy::kAlways && (managed->flags & dlpack::kFlagIsCopied) != 0)
        copy = DlpackCopy::kIfNeeded;
    return import(managed, (managed->flags & dlpack::kFlagReadOnly) != 0, copy);
}

Array from_dlpack(DLManagedTensor* tensor, DlpackCopy copy) {
    // It can't say whether it may be written; arrays of JAX and MLX never may.
    return import(take_over(reinterpret_cast<ManagedTensor*>(tensor)), true, copy);
}

}  // namespace chainerx
