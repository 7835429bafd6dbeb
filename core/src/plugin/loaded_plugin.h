// A plugin that has been created, and how it gets there.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "chx/chx_plugin.h"

namespace chainerx::internal {

// Lives as long as its registry: for ever, except in tests.
struct LoadedPlugin {
    explicit LoadedPlugin(const chx_plugin_desc& negotiated) : descriptor(negotiated) {}

    chx_plugin_desc descriptor;  // ours: every field readable, see negotiate()
    const chx_plugin_desc* const desc = &descriptor;
    chx_plugin* handle = nullptr;
    chx_device_api api{};  // zero where the plugin offers nothing; for its lists see below
    // Ours too: what a plugin of an older minor does not know is zero.
    std::vector<chx_kernel_def> kernels;
    std::vector<chx_op_def> ops;
    std::string name;
    std::string path;  // of the library; "(part of the program)" for a static plugin
    // Set in the child of a fork if the plugin has no after_fork_child: what was opened before
    // answers CHX_E_FORKED.
    std::atomic<bool> forked{false};
};

// Calls create and checks what it offers; a plugin that fails the check is destroyed again. Throws
// BackendError if what the plugin needs is missing (CHX_E_UNAVAILABLE), PluginError if it is
// defective.
std::unique_ptr<LoadedPlugin> create_plugin(const chx_plugin_desc& desc, std::string path);

// "CHX_E_OOM" and so on.
std::string status_text(chx_status status);

}  // namespace chainerx::internal
