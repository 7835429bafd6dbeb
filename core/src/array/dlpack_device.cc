// Which of our devices DLPack's names mean, and the other way round.
#include "chainerx/detail/dlpack_device.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "chainerx/error.h"
#include "device/device_state.h"
#include "device/open_devices.h"

namespace chainerx::internal {

namespace {

bool is_host(int32_t device_type) {
    return device_type == dlpack::kCpu || device_type == dlpack::kCudaHost ||
           device_type == dlpack::kRocmHost;
}

bool is_meant(const DeviceState& device, const dlpack::Device& wanted) {
    const chx_dldevice& have = device.dl_device;
    if (wanted.device_type == dlpack::kExtDev) return false;  // each library's own
    if (is_host(wanted.device_type)) return have.device_type == dlpack::kCpu;
    return have.device_type == wanted.device_type && have.device_id == wanted.device_id;
}

}  // namespace

bool has_pointers(int32_t device_type) {
    constexpr int32_t kOneApi = 14, kMaia = 17, kTrainium = 18;
    static constexpr int32_t kTypes[] = {dlpack::kCpu,
                                         dlpack::kCuda,
                                         dlpack::kCudaHost,
                                         dlpack::kRocm,
                                         dlpack::kRocmHost,
                                         dlpack::kCudaManaged,
                                         kOneApi,
                                         kMaia,
                                         kTrainium};
    return std::find(std::begin(kTypes), std::end(kTypes), device_type) != std::end(kTypes);
}

dlpack::Device dlpack_device(Device& device) {
    const chx_dldevice& own = state_of(device).dl_device;
    return {own.device_type, own.device_type == dlpack::kCpu ? 0 : own.device_id};
}

dlpack::Device dlpack_device(const Array& array) { return dlpack_device(array.device()); }

dlpack::Tensor dlpack_tensor(const Array& array) {
    const chx_dtype code = to_chx_dtype(array.dtype());
    dlpack::Tensor tensor{array.raw_data(),
                          dlpack_device(array),
                          array.ndim(),
                          {code.code, code.bits, code.lanes},
                          const_cast<int64_t*>(array.shape().data()),
                          const_cast<int64_t*>(array.strides().data()),
                          static_cast<uint64_t>(array.byte_offset())};
    if (array.size() == 0) {
        tensor.data = nullptr;
        tensor.byte_offset = 0;
    } else if (has_pointers(tensor.device.device_type)) {
        tensor.data = static_cast<char*>(tensor.data) + tensor.byte_offset;
        tensor.byte_offset = 0;
    }
    return tensor;
}

Device& device_of_dlpack(const dlpack::Device& wanted) {
    DeviceState& fallback = state_of(get_default_device());
    if (is_meant(fallback, wanted)) return fallback;
    if (is_host(wanted.device_type)) return get_device("native:0");
    for (DeviceState* device : open_devices()) {
        if (is_meant(*device, wanted)) return *device;
    }
    throw DeviceError(fmt::format(
        "from_dlpack: the array is on DLPack device ({}, {}), for which no device is open; "
        "expected one of an open device; open it with get_device(\"backend:index\")",
        wanted.device_type,
        wanted.device_id));
}

void* current_native_stream(Device& device) {
    const StreamState* stream = state_of(device).current_stream(thread_context());
    return stream != nullptr ? stream->native : nullptr;
}

}  // namespace chainerx::internal
