// The plugin of kernels by oneDNN: what the core asks for first, and the list of everything it offers.
#include <charconv>
#include <cstring>
#include <memory>
#include <string>

#include "engine.h"
#include "kernel_list.h"

// The core's idea of this plugin.
struct chx_plugin {
    chx::KernelList kernels;
};

namespace onednn {

bool has_dtype(const char* list, const char* dtype) {
    return (' ' + std::string(list) + ' ').find(' ' + std::string(dtype) + ' ') !=
           std::string::npos;
}

namespace {

constexpr chx_option_def kLeastWork = {
    "least_work",
    "1",
    "Factor on the work below which a kernel leaves a call to others; 0: it takes all"};
constexpr const chx_option_def* kOptions[] = {&kLeastWork};

double least_work(const chx_option* const* options, uint32_t n_options) {
    double factor = 1;
    for (uint32_t i = 0; i < n_options; ++i) {
        if (std::strcmp(options[i]->name, kLeastWork.name) != 0) continue;
        const char* text = options[i]->value;
        const char* end = text + std::strlen(text);
        const auto parsed = std::from_chars(text, end, factor);
        if (parsed.ec != std::errc() || parsed.ptr != end || !(factor >= 0)) {
            throw chx::Error(
                CHX_E_INVALID,
                std::string("least_work: '") + text + "' given; expected a number, 0 or more");
        }
    }
    return factor;
}

chx_status create(const chx_host_api* host,
                  const chx_option* const* options,
                  uint32_t n_options,
                  chx_plugin** plugin,
                  chx_device_api* api) noexcept {
    chx::set_host(host);
    return chx::guard([&] {
        require_known_library();
        auto made = std::make_unique<chx_plugin>();
        settings = {translated([] { return probe_dtypes(); }), least_work(options, n_options)};
        register_convolution(made->kernels);
        register_matmul(made->kernels);
        register_average_pooling(made->kernels);
        register_max_pooling(made->kernels);
        register_batch_norm(made->kernels);
        register_layer_norm(made->kernels);
        register_lstm(made->kernels);
        register_gru(made->kernels);
        register_softmax(made->kernels);
        register_elementwise(made->kernels);
        register_reorder(made->kernels);
        api->kernels = made->kernels.data();
        api->n_kernels = made->kernels.size();
        *plugin = made.release();
    });
}

void destroy(chx_plugin* plugin) { delete plugin; }
void prepare_exit(chx_plugin*) noexcept {}
void after_fork_child(chx_plugin*) noexcept { note_fork(); }

const chx_plugin_desc* description() {
    static constexpr chx_plugin_desc kDescription = {
        sizeof(chx_plugin_desc),
        CHX_MAGIC,
        CHX_ABI_MAJOR,
        CHX_ABI_MINOR,
        CHX_ABI_MINOR,
        0,
        CHX_ABI_LAYOUT_HASH,
        "onednn",
        "0.1.0",
        "ChainerX",
        "compiler " __VERSION__ ", oneDNN " ONEDNN_VERSION,
        "host",
        nullptr,
        create,
        chx::entry<&destroy>,
        prepare_exit,
        after_fork_child,
        kOptions,
        1,
        0,
    };
    return &kDescription;
}

}  // namespace
}  // namespace onednn

CHX_PLUGIN_QUERY(onednn) {
    static_cast<void>(host_minor);
    return host_major == CHX_ABI_MAJOR ? onednn::description() : nullptr;
}
