// Creates plugins and holds what they offer to the rules of the ABI.
#include "plugin/loaded_plugin.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "chainerx/error.h"
#include "dispatch/thread_state.h"
#include "layer/layer.h"
#include "plugin/host_services.h"
#include "plugin/plugin_options.h"

namespace chainerx::internal {
namespace {

struct Slot {
    const char* name;
    bool is_offered;
};

void add_to(std::string& list, const char* name) {
    list += (list.empty() ? "" : ", ") + std::string(name);
}

std::string missing_of(const std::vector<Slot>& slots) {
    std::string names;
    for (const Slot& slot : slots) {
        if (!slot.is_offered) {
            add_to(names, slot.name);
        }
    }
    return names;
}

#define CHX_SLOT(name) \
    Slot { #name, api.name != nullptr }

void check_tier_0(const chx_device_api& api) {
    const std::string missing = missing_of({CHX_SLOT(device_count),
                                            CHX_SLOT(device_open),
                                            CHX_SLOT(device_close),
                                            CHX_SLOT(device_info),
                                            CHX_SLOT(alloc),
                                            CHX_SLOT(free),
                                            CHX_SLOT(copy),
                                            CHX_SLOT(sync)});
    if (!missing.empty()) {
        throw PluginError(fmt::format(
            "the plugin lacks {}; a device provider offers all eight functions of tier 0",
            missing));
    }
}

void check_tier_1(const chx_device_api& api) {
    const std::vector<Slot> slots = {CHX_SLOT(stream_create),
                                     CHX_SLOT(stream_destroy),
                                     CHX_SLOT(stream_query),
                                     CHX_SLOT(stream_wrap_native),
                                     CHX_SLOT(stream_native),
                                     CHX_SLOT(event_create),
                                     CHX_SLOT(event_destroy),
                                     CHX_SLOT(event_record),
                                     CHX_SLOT(stream_wait_event),
                                     CHX_SLOT(event_query),
                                     CHX_SLOT(event_sync),
                                     CHX_SLOT(event_elapsed_ns)};
    const bool has_some =
        std::any_of(slots.begin(), slots.end(), [](const Slot& slot) { return slot.is_offered; });
    const std::string missing = missing_of(slots);
    if (has_some && !missing.empty()) {
        throw PluginError(fmt::format(
            "the plugin offers streams but lacks {}; tier 1 comes whole or not at all", missing));
    }
}

#undef CHX_SLOT

void check_provider(const chx_device_api& api) {
    if (api.provider_open != nullptr && api.device_close == nullptr) {
        throw PluginError("the plugin offers provider_open but lacks device_close");
    }
}

// Copies of a plugin's definitions, of which it knows struct_size bytes and has to know at least
// those up to the given field.
template <typename Item>
std::vector<Item> copy_list(const Item* const* items,
                            uint32_t count,
                            std::size_t least_size,
                            const char* what) {
    if (count > 0 &&
        (items == nullptr || std::find(items, items + count, nullptr) != items + count)) {
        throw PluginError(fmt::format("the plugin counts {} {} but some are NULL", count, what));
    }
    std::vector<Item> copies(count);
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t size = items[i]->struct_size;
        if (size < least_size) {
            throw PluginError(
                fmt::format("number {} of the plugin's {} has {} bytes; expected at least {}: its "
                            "struct_size is not set",
                            i,
                            what,
                            size,
                            least_size));
        }
        std::memcpy(&copies[i], items[i], std::min<std::size_t>(size, sizeof(Item)));
    }
    return copies;
}

void check_offer(const chx_plugin_desc& desc, const chx_device_api& api) {
    if (desc.kernels_for == nullptr) {
        check_tier_0(api);
    } else {
        check_provider(api);
    }
    check_tier_1(api);
}

void copy_definitions(LoadedPlugin& plugin) {
    const chx_device_api& api = plugin.api;
    plugin.kernels =
        copy_list(api.kernels, api.n_kernels, offsetof(chx_kernel_def, supports), "kernels");
    plugin.ops = copy_list(api.ops, api.n_ops, offsetof(chx_op_def, backward_op), "ops");
}

// What lies beyond the size that the plugin reports is not its own.
void clear_beyond_reported_size(chx_device_api& api) {
    const std::size_t size = std::min<std::size_t>(api.struct_size, sizeof api);
    std::memset(reinterpret_cast<char*>(&api) + size, 0, sizeof api - size);
    api.struct_size = static_cast<uint32_t>(size);
}

[[noreturn]] void throw_create_failure(chx_status status) {
    const std::string text = take_error_text();
    const std::string reason =
        text.empty()
            ? fmt::format("the plugin's create failed with {} and gave no reason",
                          status_text(status))
            : fmt::format("the plugin's create failed with {}: {}", status_text(status), text);
    if (status == CHX_E_UNAVAILABLE) {
        throw BackendError(reason);
    }
    throw PluginError(reason);
}

}  // namespace

std::unique_ptr<LoadedPlugin> create_plugin(const chx_plugin_desc& desc, std::string path) {
    const std::vector<PluginOption> options = options_for(desc);
    std::vector<chx_option> values;
    values.reserve(options.size());
    for (const PluginOption& option : options) {
        values.push_back({option.name.c_str(), option.value.c_str()});
    }
    std::vector<const chx_option*> pointers;
    pointers.reserve(values.size());
    for (const chx_option& value : values) {
        pointers.push_back(&value);
    }

    auto plugin = std::make_unique<LoadedPlugin>(desc);
    plugin->name = desc.name;
    plugin->path = std::move(path);
    plugin->api.struct_size = sizeof plugin->api;
    put_error_text({});
    const chx_status status = desc.create(host_api(desc.abi_minor),
                                          pointers.data(),
                                          static_cast<uint32_t>(pointers.size()),
                                          &plugin->handle,
                                          &plugin->api);
    if (status != CHX_OK) {
        throw_create_failure(status);
    }
    clear_beyond_reported_size(plugin->api);
    try {
        check_offer(desc, plugin->api);
        copy_definitions(*plugin);
    } catch (const PluginError&) {
        if (desc.destroy != nullptr) {
            desc.destroy(plugin->handle);
        }
        throw;
    }
    interpose(*plugin, requested_layers());
    return plugin;
}

std::string status_text(chx_status status) {
    static constexpr const char* kNames[] = {"CHX_OK",
                                             "CHX_E_UNIMPLEMENTED",
                                             "CHX_E_INVALID",
                                             "CHX_E_OOM",
                                             "CHX_E_DEVICE_LOST",
                                             "CHX_E_INTERNAL",
                                             "CHX_E_FORKED",
                                             "CHX_E_ABI",
                                             "CHX_E_UNAVAILABLE"};
    const bool is_known = status >= 0 && status < static_cast<chx_status>(std::size(kNames));
    return is_known ? kNames[status] : fmt::format("code {}", status);
}

}  // namespace chainerx::internal
