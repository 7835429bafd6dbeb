// What most cases begin with: the plugin, its first device, and that device's memory.
#pragma once

#include <memory>

#include "case.h"
#include "kit_host.h"
#include "loaded_plugin.h"
#include "memory_space.h"

namespace conformance {

struct DeviceUnderTest {
    explicit DeviceUnderTest(const Context& context)
        : plugin(context.settings.library),
          device(plugin),
          memory(make_device_space(plugin, device)) {}

    const chx_device_api& api() const { return plugin.api(); }

    LoadedPlugin plugin;
    OpenDevice device;
    std::unique_ptr<MemorySpace> memory;
};

// For cases about memory: a kernel provider has none.
inline void require_own_memory(const LoadedPlugin& plugin) {
    if (plugin.is_provider()) skip("a kernel provider has no memory of its own");
}

}  // namespace conformance
