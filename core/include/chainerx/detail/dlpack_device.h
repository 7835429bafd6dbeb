// Devices by DLPack's names, and arrays as DLPack tensors that own nothing. For the core and bindings.
#pragma once

#include "chainerx/array.h"
#include "chainerx/detail/dlpack_structs.h"
#include "chainerx/export.h"

namespace chainerx::internal {

// Whether memory of such devices is addressed by plain pointers; for the others the offset stays apart.
CHAINERX_EXPORT bool has_pointers(int32_t device_type);
// Where the array is; all devices on host memory are (1, 0).
CHAINERX_EXPORT dlpack::Device dlpack_device(const Array& array);
CHAINERX_EXPORT dlpack::Device dlpack_device(Device& device);
// Looks at the array's own shape and strides, and owns nothing. An array without elements has no data.
CHAINERX_EXPORT dlpack::Tensor dlpack_tensor(const Array& array);
// The open device that is meant; throws DeviceError. Host memory: the default device if it is one of the host's, else native:0.
CHAINERX_EXPORT Device& device_of_dlpack(const dlpack::Device& wanted);
// The stream that this thread's work for the device goes to, in the device's own terms; nullptr for the default one.
CHAINERX_EXPORT void* current_native_stream(Device& device);

}  // namespace chainerx::internal
