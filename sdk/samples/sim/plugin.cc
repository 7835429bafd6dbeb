// sim: a complete accelerator that only pretends to be one. Two devices with memory behind handles, asynchronous streams,
// events, pinned host memory and a limit of memory.
#include <cstring>

#include "device.h"

namespace sim {

namespace {

void add_kernels(chx_plugin& plugin) {
    if (plugin.options.kernels == KernelSet::kNone) return;
    add_element_kernels(plugin.definitions);
    add_reduction_kernels(plugin.definitions);
    if (plugin.options.kernels == KernelSet::kAll) add_elementwise_kernels(plugin.definitions);
    for (Definition& kernel : plugin.definitions)
        plugin.kernels.add(kernel.op,
                           kernel.version,
                           kernel.dtypes,
                           kernel.caps | CHX_K_CAPTURE_SAFE | CHX_K_DETERMINISTIC,
                           kEnqueueKernel,
                           &kernel);
}

const void* get_extension(chx_plugin* plugin, const char* name, uint32_t min_version) noexcept {
    if (min_version > 1) return nullptr;
    if (plugin->options.has_capture && std::strcmp(name, CHX_CAPTURE) == 0) return &kCapture;
    if (plugin->options.has_graph && std::strcmp(name, CHX_GRAPH) == 0) return &kGraph;
    return nullptr;
}

chx_status create(const chx_host_api* host,
                  const chx_option* const* options,
                  uint32_t n_options,
                  chx_plugin** plugin,
                  chx_device_api* api) noexcept {
    chx::set_host(host);
    return chx::guard([&] {
        auto made = std::make_unique<chx_plugin>(read_options(options, n_options));
        add_kernels(*made);
        api->kernels = made->kernels.data();
        api->n_kernels = made->kernels.size();
        fill_memory_entries(api);
        fill_stream_entries(api);
        api->get_extension = get_extension;
        *plugin = made.release();
    });
}

void destroy(chx_plugin* plugin) { delete plugin; }

// Work that nobody has waited for is done all the same.
void prepare_exit(chx_plugin* plugin) {
    for (const auto& device : plugin->devices) {
        if (device != nullptr) device->scheduler.stop();
    }
}

const chx_plugin_desc* description() {
    static const chx_plugin_desc kDescription = [] {
        chx_plugin_desc made{};
        made.struct_size = sizeof made;
        made.magic = CHX_MAGIC;
        made.abi_major = CHX_ABI_MAJOR;
        made.abi_minor = CHX_ABI_MINOR;
        made.abi_minor_required = CHX_ABI_MINOR;
        made.layout_hash = CHX_ABI_LAYOUT_HASH;
        made.name = "sim";
        made.version = "1.0.0";
        made.vendor = "ChainerX";
        made.build_info = "compiler " __VERSION__;
        made.create = create;
        made.destroy = chx::entry<&destroy>;
        made.prepare_exit = [](chx_plugin* plugin) noexcept { prepare_exit(plugin); };
        made.option_defs = kOptionDefs;
        made.n_option_defs = kOptionDefCount;
        return made;
    }();
    return &kDescription;
}

}  // namespace
}  // namespace sim

CHX_PLUGIN_QUERY(sim) {
    (void)host_minor;
    return host_major == CHX_ABI_MAJOR ? sim::description() : nullptr;
}
