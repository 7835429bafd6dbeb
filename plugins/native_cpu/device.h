// The devices of this plugin: several indices over the same host memory.
#pragma once

#include <chx/chx_plugin.hpp>

#include "kernel_list.h"

namespace native {

inline constexpr int32_t kDeviceCount = 4;

// Writes the entries that a device provider has (tier 0).
void fill_device_entries(chx_device_api* api);

}  // namespace native

struct chx_device {
    int32_t index;
};

struct chx_plugin {
    native::KernelList kernels;
    chx_device devices[native::kDeviceCount];
};
