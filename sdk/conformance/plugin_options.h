// The options that a plugin is created with.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include <chx/chx_plugin.h>

namespace conformance {

// From CHAINERX_PLUGIN_OPTIONS, as the core reads it: "acme.latency=5,acme.kernels=all".
class PluginOptions {
public:
    explicit PluginOptions(const std::string& plugin);

    const chx_option* const* data() const { return pointers_.data(); }
    uint32_t size() const { return static_cast<uint32_t>(pointers_.size()); }

private:
    std::deque<std::string> texts_;
    std::deque<chx_option> options_;
    std::vector<const chx_option*> pointers_;
};

}  // namespace conformance
