// Implements loading: dlopen, query, create, open.
#include "loaded_plugin.h"

#include <dlfcn.h>

#include <cstddef>
#include <cstring>
#include <sstream>
#include <utility>

#include "case.h"
#include "kit_host.h"

namespace conformance {

// As the first header that was kept has it; a plugin may be that old.
constexpr std::size_t kOldestDescriptor = offsetof(chx_plugin_desc, reserved) + sizeof(uint32_t);

chx_plugin_query_fn load_query(const std::string& library) {
    void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) fail("the library can't be loaded: {}", dlerror());
    auto query = reinterpret_cast<chx_plugin_query_fn>(dlsym(handle, CHX_PLUGIN_QUERY_SYMBOL));
    require(query != nullptr, "the library lacks the symbol {}", CHX_PLUGIN_QUERY_SYMBOL);
    return query;
}

const chx_plugin_desc& describe_plugin(chx_plugin_query_fn query) {
    const chx_plugin_desc* desc = query(CHX_ABI_MAJOR, CHX_ABI_MINOR);
    require(desc != nullptr,
            "the query declines ABI {}.{}, which this kit speaks",
            CHX_ABI_MAJOR,
            CHX_ABI_MINOR);
    require(desc->magic == CHX_MAGIC,
            "the descriptor's magic is 0x{:08x}; expected 0x{:08x}",
            desc->magic,
            CHX_MAGIC);
    require(desc->abi_major == CHX_ABI_MAJOR,
            "the descriptor says ABI major {}; expected {}",
            desc->abi_major,
            CHX_ABI_MAJOR);
    require(CHX_ABI_MAJOR != 0 || desc->layout_hash == CHX_ABI_LAYOUT_HASH,
            "the plugin was built against another layout of the ABI (hash 0x{:016x}; expected "
            "0x{:016x}): build it against this SDK",
            desc->layout_hash,
            CHX_ABI_LAYOUT_HASH);
    require(desc->struct_size >= kOldestDescriptor,
            "the descriptor has {} bytes; expected at least {}",
            desc->struct_size,
            kOldestDescriptor);
    require(desc->create != nullptr, "the descriptor has no create function");
    return *desc;
}

LoadedPlugin::LoadedPlugin(const std::string& library)
    : desc_(&describe_plugin(load_query(library))), options_(desc_->name) {
    api_.struct_size = sizeof api_;
    clear_error();
    const chx_status status =
        desc_->create(&host_api(), options_.data(), options_.size(), &plugin_, &api_);
    if (status == CHX_E_UNAVAILABLE) skip("create: {}", status_text(status));
    expect_ok(status, "create");
    is_alive_ = true;
}

chx_status LoadedPlugin::destroy() {
    if (!is_alive_ || desc_->destroy == nullptr) return CHX_OK;
    is_alive_ = false;
    return desc_->destroy(plugin_);
}

LoadedPlugin::~LoadedPlugin() { destroy(); }

std::vector<const chx_kernel_def*> LoadedPlugin::kernels() const {
    return {api_.kernels, api_.kernels + api_.n_kernels};
}

int32_t LoadedPlugin::device_count() const {
    int32_t count = 0;
    expect_ok(api_.device_count(plugin_, &count), "device_count");
    return count;
}

OpenDevice::OpenDevice(LoadedPlugin& plugin, int32_t index) : plugin_(plugin) {
    if (plugin.is_provider()) {
        if (std::strcmp(plugin.desc().kernels_for, "host") != 0)
            skip("its kernels are for memory of kind \"{}\", which this kit can't make",
                 plugin.desc().kernels_for);
        if (plugin.api().provider_open == nullptr) return;
        expect_ok(plugin.api().provider_open(plugin.handle(), index, nullptr, &device_),
                  "provider_open");
        return;
    }
    const int32_t count = plugin.device_count();
    if (index >= count) skip("there are {} devices on this machine", count);
    expect_ok(plugin.api().device_open(plugin.handle(), index, &device_), "device_open");
    require(device_ != nullptr, "device_open succeeded without a device");
}

OpenDevice::~OpenDevice() {
    if (device_ != nullptr && plugin_.api().device_close != nullptr)
        plugin_.api().device_close(device_);
}

void OpenDevice::close() {
    chx_device* device = std::exchange(device_, nullptr);
    if (device != nullptr && plugin_.api().device_close != nullptr)
        expect_ok(plugin_.api().device_close(device), "device_close");
}

chx_device_info OpenDevice::info() const {
    chx_device_info info{};
    info.struct_size = sizeof info;
    expect_ok(plugin_.api().device_info(device_, &info), "device_info");
    return info;
}

void expect_ok(chx_status status, const std::string& what) {
    require(status == CHX_OK, "{} failed: {}", what, status_text(status));
}

void expect_error(chx_status status, const std::string& what) {
    require(status != CHX_OK, "{} succeeded; expected an error", what);
    require(!last_error().text.empty(),
            "{} returned {} without a text: call host->set_error before returning it",
            what,
            status_name(status));
    require(last_error().code == status,
            "{} returned {}, but set the error {}",
            what,
            status_name(status),
            status_name(last_error().code));
}

std::vector<std::string> words(const char* text) {
    std::istringstream stream(text == nullptr ? "" : text);
    std::vector<std::string> found;
    for (std::string word; stream >> word;) found.push_back(word);
    return found;
}

}  // namespace conformance
