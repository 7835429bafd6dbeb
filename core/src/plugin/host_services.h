// What the core offers to plugins: the chx_host_api table.
#pragma once

#include <cstdint>

#include "chx/chx_plugin.h"

namespace chainerx::internal {

// Services whose work is done where arrays and storages live. They must not throw.
struct HostHooks {
    decltype(chx_host_api::scratch) scratch = nullptr;
    decltype(chx_host_api::storage_cache_get) storage_cache_get = nullptr;
    decltype(chx_host_api::storage_cache_put) storage_cache_put = nullptr;
};

// Before the first kernel runs. A service that is not set answers CHX_E_UNIMPLEMENTED.
void set_host_hooks(const HostHooks& hooks);

// The table for a plugin built against that minor; lives as long as the process.
const chx_host_api* host_api(uint32_t plugin_minor);

}  // namespace chainerx::internal
