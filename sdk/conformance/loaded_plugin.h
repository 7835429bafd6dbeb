// A plugin in this process: its library, what it calls itself, what it offers, its devices.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <chx/chx_plugin.h>

#include "plugin_options.h"

namespace conformance {

// The library, never unloaded. Throws Failure with the loader's text.
chx_plugin_query_fn load_query(const std::string& library);

// The descriptor for this kit's version; throws Failure if there is none or it is unusable.
const chx_plugin_desc& describe_plugin(chx_plugin_query_fn query);

class LoadedPlugin {
public:
    // Loads and creates it; throws Failure, or Skipped if the plugin says that something is missing on this machine.
    explicit LoadedPlugin(const std::string& library);
    // Destroys the plugin; devices have to be closed before.
    ~LoadedPlugin();
    LoadedPlugin(const LoadedPlugin&) = delete;
    LoadedPlugin& operator=(const LoadedPlugin&) = delete;

    const chx_plugin_desc& desc() const { return *desc_; }
    const chx_device_api& api() const { return api_; }
    chx_plugin* handle() const { return plugin_; }
    bool is_provider() const { return desc_->kernels_for != nullptr; }
    bool has_streams() const { return api_.stream_create != nullptr; }
    std::vector<const chx_kernel_def*> kernels() const;
    int32_t device_count() const;
    chx_status destroy();

private:
    const chx_plugin_desc* desc_ = nullptr;
    PluginOptions options_;
    chx_plugin* plugin_ = nullptr;
    bool is_alive_ = false;
    chx_device_api api_{};
};

// An open device, or a kernel provider's handle for the host's memory. Throws Skipped if there is none.
class OpenDevice {
public:
    explicit OpenDevice(LoadedPlugin& plugin, int32_t index = 0);
    ~OpenDevice();
    OpenDevice(const OpenDevice&) = delete;
    OpenDevice& operator=(const OpenDevice&) = delete;

    chx_device* get() const { return device_; }
    chx_device_info info() const;
    // As the end of the scope does, but throws Failure if the device fails.
    void close();

private:
    LoadedPlugin& plugin_;
    chx_device* device_ = nullptr;
};

// Throws Failure unless status is CHX_OK; what: "alloc of 64 bytes".
void expect_ok(chx_status status, const std::string& what);
// Throws Failure unless the call, made right after clear_error(), failed with a text.
void expect_error(chx_status status, const std::string& what);

// Words of a text, at spaces.
std::vector<std::string> words(const char* text);

}  // namespace conformance
