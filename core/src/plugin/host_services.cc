// Fills the chx_host_api: every callback is noexcept, so that no exception reaches a plugin.
#include "plugin/host_services.h"

#include <algorithm>
#include <array>
#include <atomic>

#include "chainerx/log.h"
#include "chainerx/threads.h"
#include "dispatch/thread_pool.h"
#include "dispatch/thread_state.h"
#include "log/log_level_cell.h"
#include "plugin/host_memory.h"

namespace chainerx::internal {
namespace {

constinit std::atomic<decltype(HostHooks::scratch)> scratch_hook = nullptr;
constinit std::atomic<decltype(HostHooks::storage_cache_get)> cache_get_hook = nullptr;
constinit std::atomic<decltype(HostHooks::storage_cache_put)> cache_put_hook = nullptr;

chx_status CHX_CALL set_error(chx_status code, const char* text) noexcept {
    try {
        put_error_text(text != nullptr ? text : "");
    } catch (...) {  // out of memory: the code has to do without its text
    }
    return code;
}

void CHX_CALL log_message(int32_t level, const char* component, const char* text) noexcept {
    log(std::clamp<int32_t>(level, kLogTrace, kLogError),
        component != nullptr ? component : "plugin",
        text != nullptr ? text : "");
}

// Inside of a run nested ones go inline, on one thread; so does what a plugin does with threads of its own.
int32_t CHX_CALL max_workers() noexcept {
    return thread_state().is_in_parallel_for ? 1 : num_threads();
}

chx_status CHX_CALL scratch(const chx_launch* launch,
                            uint64_t bytes,
                            uint64_t align,
                            chx_memref* out) noexcept {
    const auto hook = scratch_hook.load(std::memory_order_acquire);
    return hook != nullptr ? hook(launch, bytes, align, out)
                           : set_error(CHX_E_UNIMPLEMENTED, "scratch: not offered by this host");
}

chx_status CHX_CALL storage_cache_get(const chx_launch* launch,
                                      const chx_tensor* tensor,
                                      const void* key,
                                      uint64_t key_bytes,
                                      void** blob) noexcept {
    const auto hook = cache_get_hook.load(std::memory_order_acquire);
    if (hook != nullptr) {
        return hook(launch, tensor, key, key_bytes, blob);
    }
    *blob = nullptr;
    return set_error(CHX_E_UNIMPLEMENTED, "storage_cache_get: not offered by this host");
}

chx_status CHX_CALL storage_cache_put(const chx_launch* launch,
                                      const chx_tensor* tensor,
                                      const void* key,
                                      uint64_t key_bytes,
                                      void* blob,
                                      uint64_t blob_bytes,
                                      void(CHX_CALL* destroy)(void*)) noexcept {
    const auto hook = cache_put_hook.load(std::memory_order_acquire);
    if (hook != nullptr) {
        return hook(launch, tensor, key, key_bytes, blob, blob_bytes, destroy);
    }
    if (destroy != nullptr) {
        destroy(blob);
    }
    return set_error(CHX_E_UNIMPLEMENTED, "storage_cache_put: not offered by this host");
}

const void* CHX_CALL get_extension(const char* /*name*/, uint32_t /*min_version*/) noexcept {
    return nullptr;  // the core has none so far, which is always a legal answer
}

constexpr chx_host_api make_host_api(uint32_t abi_minor) {
    chx_host_api api{};
    api.struct_size = sizeof api;
    api.abi_minor = abi_minor;
    api.log = log_message;
    api.set_error = set_error;
    api.host_alloc = allocate_host_memory;
    api.host_free = free_host_memory;
    api.parallel_for = parallel_for;
    api.max_workers = max_workers;
    api.scratch = scratch;
    api.storage_cache_get = storage_cache_get;
    api.storage_cache_put = storage_cache_put;
    api.get_extension = get_extension;
    return api;
}

}  // namespace

void set_host_hooks(const HostHooks& hooks) {
    scratch_hook.store(hooks.scratch, std::memory_order_release);
    cache_get_hook.store(hooks.storage_cache_get, std::memory_order_release);
    cache_put_hook.store(hooks.storage_cache_put, std::memory_order_release);
}

const chx_host_api* host_api(uint32_t plugin_minor) {
    static const auto tables = [] {
        std::array<chx_host_api, CHX_ABI_MINOR + 1> made{};
        for (uint32_t minor = 0; minor < made.size(); ++minor) {
            made[minor] = make_host_api(minor);
            made[minor].log_level = log_level_cell();
        }
        return made;
    }();
    return &tables[std::min<uint32_t>(plugin_minor, CHX_ABI_MINOR)];
}

}  // namespace chainerx::internal
