// Reads CHAINERX_PLUGIN_OPTIONS.
#include "plugin_options.h"

#include <cstdlib>
#include <sstream>

namespace conformance {

PluginOptions::PluginOptions(const std::string& plugin) {
    const char* given = std::getenv("CHAINERX_PLUGIN_OPTIONS");
    std::istringstream entries(given == nullptr ? "" : given);
    const std::string prefix = plugin + ".";
    for (std::string entry; std::getline(entries, entry, ',');) {
        const std::size_t equals = entry.find('=');
        if (entry.compare(0, prefix.size(), prefix) != 0 || equals == entry.npos) continue;
        const std::string& name =
            texts_.emplace_back(entry.substr(prefix.size(), equals - prefix.size()));
        const std::string& value = texts_.emplace_back(entry.substr(equals + 1));
        pointers_.push_back(&options_.emplace_back(chx_option{name.c_str(), value.c_str()}));
    }
}

}  // namespace conformance
