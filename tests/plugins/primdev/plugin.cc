// primdev: two devices with handles for memory, no streams, and just the primitive set of kernels.
#include <cstdio>

#include "affine.h"
#include "contract.h"
#include "kernels.h"
#include "memory.h"

struct chx_plugin {
    chx_device devices[primdev::kDeviceCount] = {{0}, {1}};
    sim::Definitions definitions;
    chx::KernelList kernels;
};

namespace primdev {

namespace {

constexpr int32_t kDlExtDev = 12;

void device_count(chx_plugin*, int32_t* count) { *count = kDeviceCount; }

void device_open(chx_plugin* plugin, int32_t index, chx_device** device) {
    if (index < 0 || index >= kDeviceCount)
        throw chx::Error(CHX_E_INVALID, "primdev: no such device; expected index 0 or 1");
    *device = &plugin->devices[index];
}

void device_close(chx_device*) {}

void device_info(chx_device* device, chx_device_info* info) {
    info->dl_device_type = kDlExtDev;
    std::snprintf(info->name, sizeof info->name, "primdev %d: the primitive set", device->index);
    std::snprintf(info->uuid, sizeof info->uuid, "primdev-%d", device->index);
    std::snprintf(info->memory_kind, sizeof info->memory_kind, "primdev");
    info->memory_total = memory_limit();
    info->memory_free = memory_limit() == 0 ? 0 : memory_limit() - memory_in_use(device);
    info->alignment = 64;
}

void sync(chx_device*, chx_stream*) {}

void run_now(const sim::Definition& kernel, const chx_launch& launch) {
    sim::check_contract(kernel.op, launch);
    kernel.run(launch);
}

chx_status create(const chx_host_api* host,
                  const chx_option* const*,
                  uint32_t,
                  chx_plugin** plugin,
                  chx_device_api* api) noexcept {
    chx::set_host(host);
    return chx::guard([&] {
        auto* made = new chx_plugin;
        sim::add_element_kernels(made->definitions);
        sim::add_reduction_kernels(made->definitions);
        for (sim::Definition& kernel : made->definitions)
            made->kernels.add(kernel.op,
                              kernel.version,
                              kernel.dtypes,
                              kernel.caps,
                              chx::kernel<&run_now>,
                              &kernel);
        add_affine_kernels(made->kernels);
        api->kernels = made->kernels.data();
        api->n_kernels = made->kernels.size();
        api->ops = op_definitions();
        api->n_ops = kOpCount;
        api->device_count = chx::entry<&device_count>;
        api->device_open = chx::entry<&device_open>;
        api->device_close = chx::entry<&device_close>;
        api->device_info = chx::entry<&device_info>;
        api->alloc = chx::entry<&allocate>;
        api->free = chx::entry<&release>;
        api->copy = chx::entry<&copy>;
        api->sync = chx::entry<&sync>;
        *plugin = made;
    });
}

void destroy(chx_plugin* plugin) { delete plugin; }

const chx_plugin_desc* description() {
    static constexpr chx_plugin_desc kDescription = {
        .struct_size = sizeof(chx_plugin_desc),
        .magic = CHX_MAGIC,
        .abi_major = CHX_ABI_MAJOR,
        .abi_minor = CHX_ABI_MINOR,
        .abi_minor_required = CHX_ABI_MINOR,
        .flags = 0,
        .layout_hash = CHX_ABI_LAYOUT_HASH,
        .name = "primdev",
        .version = "1.0.0",
        .vendor = "ChainerX tests",
        .build_info = "tier 0, primitive kernels",
        .kernels_for = nullptr,
        .native_stream_kind = nullptr,
        .create = create,
        .destroy = chx::entry<&destroy>,
        .prepare_exit = nullptr,
        .after_fork_child = nullptr,
        .option_defs = nullptr,
        .n_option_defs = 0,
        .reserved = 0,
    };
    return &kDescription;
}

}  // namespace
}  // namespace primdev

CHX_PLUGIN_QUERY(primdev) {
    (void)host_minor;
    return host_major == CHX_ABI_MAJOR ? primdev::description() : nullptr;
}
