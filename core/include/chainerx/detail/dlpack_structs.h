// DLPack's structures, as its specification lays them out (version 1.x, and the unversioned one before it). Not an API: programs
// include <dlpack/dlpack.h>, whose types have the same layout.
#pragma once

#include <cstddef>
#include <cstdint>

#include "chx/chx_plugin.h"

namespace chainerx::internal::dlpack {

// Device types.
inline constexpr int32_t kCpu = 1, kCuda = 2, kCudaHost = 3, kRocm = 10, kRocmHost = 11,
                         kExtDev = 12, kCudaManaged = 13;
inline constexpr uint32_t kMajorVersion = 1;
inline constexpr uint32_t kMinorVersion = 3;
inline constexpr uint64_t kFlagReadOnly = 1;
inline constexpr uint64_t kFlagIsCopied = 2;

struct Device {
    int32_t device_type, device_id;
};

struct DataType {
    uint8_t code, bits;
    uint16_t lanes;
};

struct Tensor {
    void* data;
    Device device;
    int32_t ndim;
    DataType dtype;
    int64_t* shape;
    int64_t* strides;  // in elements; nullptr: row-major without gaps
    uint64_t byte_offset;
};

struct ManagedTensor {
    Tensor tensor;
    void* context;
    void (*deleter)(ManagedTensor*);
};

struct ManagedTensorVersioned {
    uint32_t major, minor;
    void* context;
    void (*deleter)(ManagedTensorVersioned*);
    uint64_t flags;
    Tensor tensor;
};

static_assert(sizeof(Tensor) == 48 && sizeof(ManagedTensor) == 64 &&
              sizeof(ManagedTensorVersioned) == 80);
static_assert(offsetof(ManagedTensorVersioned, tensor) == 32);

// Functions that a library's array type offers to C code, in a capsule called "dlpack_exchange_api". They return 0, or -1 with
// the Python error set; none of them waits for a device.
struct ExchangeApi {
    uint32_t major, minor;
    ExchangeApi* older;
    // Of the prototype's shape, dtype and device. Says what went wrong through set_error.
    int (*allocate)(Tensor* prototype,
                    ManagedTensorVersioned** out,
                    void* error_context,
                    void (*set_error)(void* error_context, const char* kind, const char* message));
    int (*from_object)(void* object, ManagedTensorVersioned** out);
    int (*to_object)(ManagedTensorVersioned* tensor, void** out);  // takes the tensor over
    int (*view_object)(void* object, Tensor* out);                 // valid as long as the object
    int (*current_stream)(int32_t device_type, int32_t device_id, void** out);
};
static_assert(sizeof(ExchangeApi) == 56);

// The head of the C ABI's tensor is a DLPack tensor.
static_assert(offsetof(chx_tensor, data) == offsetof(Tensor, data) &&
              offsetof(chx_tensor, device) == offsetof(Tensor, device) &&
              offsetof(chx_tensor, ndim) == offsetof(Tensor, ndim) &&
              offsetof(chx_tensor, dtype) == offsetof(Tensor, dtype) &&
              offsetof(chx_tensor, shape) == offsetof(Tensor, shape) &&
              offsetof(chx_tensor, strides) == offsetof(Tensor, strides) &&
              offsetof(chx_tensor, byte_offset) == offsetof(Tensor, byte_offset));

}  // namespace chainerx::internal::dlpack
