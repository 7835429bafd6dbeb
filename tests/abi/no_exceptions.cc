// A device built without exceptions and without run-time type information: what embedded tool chains offer.
#include <cstdlib>
#include <cstring>

#include "chx/chx_plugin.hpp"
#include "chx/ops/arithmetic.h"

struct chx_device {
    int32_t index;
};

namespace {

chx_device the_device{0};
chx::KernelList* kernels;

void device_count(chx_plugin*, int32_t* count) { *count = 1; }

chx_status device_open(chx_plugin*, int32_t index, chx_device** device) {
    if (index != 0)
        return chx::host().set_error(CHX_E_INVALID, "no such device; there is only index 0");
    *device = &the_device;
    return CHX_OK;
}

void device_close(chx_device*) {}

void device_info(chx_device*, chx_device_info* info) {
    info->dl_device_type = 12;
    std::strcpy(info->name, "without exceptions");
    std::strcpy(info->memory_kind, "no_exceptions");
    info->alignment = 64;
}

chx_status allocate(
    chx_device*, uint64_t bytes, uint64_t align, int32_t kind, chx_stream*, chx_memref* memory) {
    *memory = {chx::host().host_alloc(bytes, align), 0, kind, 0};
    return memory->base != nullptr ? CHX_OK : chx::host().set_error(CHX_E_OOM, "out of memory");
}

void release(chx_device*, const chx_memref* memory, chx_stream*) {
    chx::host().host_free(memory->base);
}

void copy(chx_device*, const chx_memref* to, const chx_memref* from, uint64_t bytes, chx_stream*) {
    std::memcpy(static_cast<char*>(to->base) + to->offset,
                static_cast<const char*>(from->base) + from->offset,
                bytes);
}

void sync(chx_device*, chx_stream*) {}

void add(const chx_launch& launch) {
    const auto* a = chx::data<const float>(chx::input(launch, 0));
    const auto* b = chx::data<const float>(chx::input(launch, 1));
    auto* result = chx::data<float>(chx::output(launch, 0));
    for (int64_t i = 0; i < chx::output(launch, 0).numel; ++i) result[i] = a[i] + b[i];
}

chx_status create(const chx_host_api* host,
                  const chx_option* const*,
                  uint32_t,
                  chx_plugin** plugin,
                  chx_device_api* api) noexcept {
    chx::set_host(host);
    *plugin = nullptr;
    kernels = new chx::KernelList;
    kernels->add(CHX_OP_ADD, CHX_OP_ADD_VERSION, "f32", CHX_K_INPLACE_OK, chx::kernel<&add>);
    api->kernels = kernels->data();
    api->n_kernels = kernels->size();
    api->device_count = chx::entry<&device_count>;
    api->device_open = chx::entry<&device_open>;
    api->device_close = chx::entry<&device_close>;
    api->device_info = chx::entry<&device_info>;
    api->alloc = chx::entry<&allocate>;
    api->free = chx::entry<&release>;
    api->copy = chx::entry<&copy>;
    api->sync = chx::entry<&sync>;
    return CHX_OK;
}

chx_status destroy(chx_plugin*) noexcept {
    delete kernels;
    return CHX_OK;
}

constexpr chx_plugin_desc describe() {
    chx_plugin_desc desc{};
    desc.struct_size = sizeof(chx_plugin_desc);
    desc.magic = CHX_MAGIC;
    desc.abi_major = CHX_ABI_MAJOR;
    desc.abi_minor = CHX_ABI_MINOR;
    desc.abi_minor_required = 1;
    desc.layout_hash = CHX_ABI_LAYOUT_HASH;
    desc.name = "no_exceptions";
    desc.version = "1.0.0";
    desc.vendor = "ChainerX tests";
    desc.build_info = "-fno-exceptions -fno-rtti";
    desc.create = create;
    desc.destroy = destroy;
    return desc;
}
constexpr chx_plugin_desc desc = describe();

}  // namespace

CHX_PLUGIN_QUERY(no_exceptions) {
    (void)host_minor;
    return host_major == CHX_ABI_MAJOR ? &desc : nullptr;
}
