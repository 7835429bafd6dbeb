// The plugin of device "native": what the core asks for first, and the list of everything it
// offers.
#include <memory>

#include "device.h"
#include "host.h"
#include "kernel_list.h"

#ifndef NATIVE_VERSION
#define NATIVE_VERSION "0.1.0"
#endif

namespace native {
namespace {

void register_all(KernelList& kernels) {
    register_elementwise(kernels);
    register_copy(kernels);
    register_creation(kernels);
    register_optimizer(kernels);
    register_reduction(kernels);
    register_fused_reduction(kernels);
    register_linear_algebra(kernels);
    register_convolution(kernels);
    register_pooling(kernels);
    register_normalization(kernels);
    register_layer_normalization(kernels);
    register_softmax(kernels);
    register_loss(kernels);
    register_indexing(kernels);
    register_sorting(kernels);
    register_linalg(kernels);
    register_fft(kernels);
    register_random(kernels);
}

chx_status create(const chx_host_api* host_api,
                  const chx_option* const*,
                  uint32_t,
                  chx_plugin** plugin,
                  chx_device_api* api) noexcept {
    chx::set_host(host_api);
    return chx::guard([&] {
        auto made = std::make_unique<chx_plugin>();
        register_all(made->kernels);
        api->kernels = made->kernels.data();
        api->n_kernels = made->kernels.size();
        fill_device_entries(api);
        *plugin = made.release();
    });
}

void destroy(chx_plugin* plugin) { delete plugin; }
void prepare_exit(chx_plugin*) noexcept {}
// Host memory and kernels without threads of their own live on in the child.
void after_fork_child(chx_plugin*) noexcept {}

const chx_plugin_desc* description() {
    static constexpr chx_plugin_desc kDescription = {
        sizeof(chx_plugin_desc),
        CHX_MAGIC,
        CHX_ABI_MAJOR,
        CHX_ABI_MINOR,
        CHX_ABI_MINOR,
        0,
        CHX_ABI_LAYOUT_HASH,
        "native",
        NATIVE_VERSION,
        "ChainerX",
        "compiler " __VERSION__,
        nullptr,
        nullptr,
        create,
        chx::entry<&destroy>,
        prepare_exit,
        after_fork_child,
        nullptr,
        0,
        0,
    };
    return &kDescription;
}

}  // namespace
}  // namespace native

CHX_PLUGIN_QUERY(native) {
    static_cast<void>(host_minor);
    return host_major == CHX_ABI_MAJOR ? native::description() : nullptr;
}
