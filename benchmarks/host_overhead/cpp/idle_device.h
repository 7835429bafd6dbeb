// A device whose kernel for chx.add does nothing: what is left of a call is the core's own work.
#pragma once

#include <cstdlib>
#include <cstring>

#include <chx/chx_plugin.hpp>
#include <chx/ops/arithmetic.h>

namespace overhead {

inline void device_count(chx_plugin*, int32_t* count) { *count = 1; }
inline void device_open(chx_plugin*, int32_t, chx_device** device) {
    static char opened;
    *device = reinterpret_cast<chx_device*>(&opened);
}
inline void device_close(chx_device*) {}
inline void device_info(chx_device*, chx_device_info* info) {
    info->dl_device_type = 12;
    std::strcpy(info->memory_kind, "idle");
    info->alignment = 64;
    info->host_accessible_kinds = 1u << CHX_MEM_DEVICE;
}
inline void alloc(
    chx_device*, uint64_t bytes, uint64_t align, int32_t kind, chx_stream*, chx_memref* out) {
    *out = {std::aligned_alloc(align, (bytes + align - 1) / align * align), 0, kind, 0};
}
inline void free_memory(chx_device*, const chx_memref* memory, chx_stream*) {
    std::free(memory->base);
}
inline void copy(
    chx_device*, const chx_memref* to, const chx_memref* from, uint64_t bytes, chx_stream*) {
    std::memcpy(static_cast<char*>(to->base) + to->offset,
                static_cast<const char*>(from->base) + from->offset,
                bytes);
}
inline void sync(chx_device*, chx_stream*) {}

inline chx_status CHX_CALL do_nothing(void*, const chx_launch*) { return CHX_OK; }

inline void create(const chx_host_api* host,
                   const chx_option* const*,
                   uint32_t,
                   chx_plugin** plugin,
                   chx_device_api* out) {
    static chx::KernelList kernels;
    static char created;
    chx::set_host(host);
    *plugin = reinterpret_cast<chx_plugin*>(&created);
    kernels.add(CHX_OP_ADD,
                CHX_OP_ADD_VERSION,
                "f32",
                CHX_K_STRIDED_IN | CHX_K_STRIDED_OUT | CHX_K_HOST_SCALAR | CHX_K_INPLACE_OK,
                do_nothing);
    out->kernels = kernels.data();
    out->n_kernels = kernels.size();
    out->device_count = chx::entry<&device_count>;
    out->device_open = chx::entry<&device_open>;
    out->device_close = chx::entry<&device_close>;
    out->device_info = chx::entry<&device_info>;
    out->alloc = chx::entry<&alloc>;
    out->free = chx::entry<&free_memory>;
    out->copy = chx::entry<&copy>;
    out->sync = chx::entry<&sync>;
}

inline chx_status CHX_CALL destroy(chx_plugin*) { return CHX_OK; }

inline const chx_plugin_desc* CHX_CALL query_idle_device(uint32_t, uint32_t) {
    static chx_plugin_desc desc = [] {
        chx_plugin_desc d{};
        d.struct_size = sizeof d;
        d.magic = CHX_MAGIC;
        d.abi_major = CHX_ABI_MAJOR;
        d.abi_minor = CHX_ABI_MINOR;
        d.layout_hash = CHX_ABI_LAYOUT_HASH;
        d.name = "idle";
        d.version = "1.0.0";
        d.vendor = "ChainerX";
        d.build_info = "benchmark";
        d.create = chx::entry<&create>;
        d.destroy = destroy;
        return d;
    }();
    return &desc;
}

}  // namespace overhead
