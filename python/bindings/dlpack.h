// DLPack's structures, as its specification lays them out (version 1.x, and the unversioned one before it).
#pragma once

#include <cstddef>
#include <cstdint>

#include "chx/chx_plugin.h"

namespace chainerx::python::dlpack {

inline constexpr int32_t kCpu = 1;
inline constexpr uint32_t kMajorVersion = 1;
inline constexpr uint32_t kMinorVersion = 1;
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
// The head of the C ABI's tensor is a DLPack tensor.
static_assert(offsetof(chx_tensor, data) == offsetof(Tensor, data) &&
              offsetof(chx_tensor, device) == offsetof(Tensor, device) &&
              offsetof(chx_tensor, ndim) == offsetof(Tensor, ndim) &&
              offsetof(chx_tensor, dtype) == offsetof(Tensor, dtype) &&
              offsetof(chx_tensor, shape) == offsetof(Tensor, shape) &&
              offsetof(chx_tensor, strides) == offsetof(Tensor, strides) &&
              offsetof(chx_tensor, byte_offset) == offsetof(Tensor, byte_offset));

}  // namespace chainerx::python::dlpack
