// DLPack from C++: arrays shared with other libraries, without Python. The structs are those of <dlpack/dlpack.h> (version 1).
#pragma once

#include "chainerx/array.h"
#include "chainerx/export.h"

struct DLManagedTensor;
struct DLManagedTensorVersioned;

namespace chainerx {

// Whether memory may be copied on its way: only where it can't be shared, always, or never.
enum class DlpackCopy { kIfNeeded, kAlways, kNever };

// The array for another library, which calls the deleter once, on any thread; until then the memory stays. Copied, and
// flagged so, where strides are negative, since many libraries can't take those. Waits for nothing: synchronize the device, or
// use let_stream_wait(). Throws GradientError for arrays in a graph and DeviceError where DLPack has no name for the device.
CHAINERX_EXPORT DLManagedTensorVersioned* to_dlpack(const Array& array,
                                                    DlpackCopy copy = DlpackCopy::kIfNeeded);
// For libraries older than DLPack 1. Throws ValueError for read-only arrays, which it can't tell.
CHAINERX_EXPORT DLManagedTensor* to_dlpack_unversioned(const Array& array,
                                                       DlpackCopy copy = DlpackCopy::kIfNeeded);

// An array on the tensor's memory, on an open device that it belongs to; host memory goes to the default device if that is
// one of the host's, else to native:0. Read-only if the tensor is, or if it is older than version 1, which can't tell. Takes
// the tensor over: its deleter is called once, at once if this throws. Copies where elements are not aligned. Throws DtypeError, DimensionError, DeviceError or ValueError for what can't be an array.
CHAINERX_EXPORT Array from_dlpack(DLManagedTensorVersioned* tensor,
                                  DlpackCopy copy = DlpackCopy::kIfNeeded);
CHAINERX_EXPORT Array from_dlpack(DLManagedTensor* tensor, DlpackCopy copy = DlpackCopy::kIfNeeded);

// Makes a stream of the array's device, given in the device's own terms, wait for what was enqueued on the array so far; the
// host does not wait. Throws NotImplementedError if the device has no streams.
CHAINERX_EXPORT void let_stream_wait(const Array& array, void* native_stream);

}  // namespace chainerx
