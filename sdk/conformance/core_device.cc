// Loads the plugin into the core of this process.
#include "core_device.h"

#include <cmath>

namespace conformance {

namespace chx = chainerx;

std::string plugin_of(const Context& context) { return chx::load_plugin(context.settings.library); }

chx::Device& device_of(const Context& context) {
    const std::string name = plugin_of(context);
    for (const chx::PluginReport& plugin : chx::doctor_report().plugins) {
        if (plugin.name != name || plugin.kernels_for.empty()) continue;
        if (plugin.kernels_for != "host")
            skip("its kernels are for memory of kind \"{}\"", plugin.kernels_for);
        return chx::get_device("native:0");
    }
    chx::Backend& backend = chx::get_backend(name);
    if (backend.device_count() == 0) skip("there is no device on this machine");
    return backend.device(0);
}

chx::Array some(const chx::Shape& shape, double shift) {
    std::vector<double> values(static_cast<std::size_t>(chx::total_size(shape)));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = std::sin(1.7 * static_cast<double>(i) + 0.4) + shift;
    return chx::array(values, shape);
}

}  // namespace conformance
