// Wraps a plugin's tables: handles are unwrapped on the way in and wrapped on the way out, layers are told.
#include <algorithm>
#include <cstring>
#include <mutex>

#include <fmt/format.h>

#include "layer/interposed_call.h"
#include "layer/layer.h"
#include "layer/retired_handles.h"
#include "plugin/loaded_plugin.h"

namespace chainerx::internal {

Layer::~Layer() = default;

namespace {

chx_status CHX_CALL device_count(chx_plugin* handle, int32_t* count) {
    Interposed* plugin = plugin_of(handle);
    PluginCall call = call_of(function::kDeviceCount, plugin);
    return run(call, [&] { return plugin->api.device_count(plugin->handle, count); });
}

// Both ways to open a device. open(chx_device**) -> chx_status
template <typename Open>
chx_status open_device(
    const char* name, Interposed* plugin, int32_t index, chx_device** out, const Open& open) {
    auto device = std::make_unique<InterposedDevice>();
    device->plugin = plugin;
    device->name = fmt::format("{}:{}", plugin->desc.name, index);
    device->has_streams = plugin->api.stream_create != nullptr;
    PluginCall call = call_of(name, device.get());
    const chx_status status = run(call, [&] { return open(&device->inner); });
    // A provider without a handle does not want the device; a device may do without.
    const bool is_wanted = device->inner != nullptr || name == function::kDeviceOpen;
    if (status == CHX_OK)
        *out = is_wanted ? reinterpret_cast<chx_device*>(device.release()) : nullptr;
    return status;
}

chx_status CHX_CALL device_open(chx_plugin* handle, int32_t index, chx_device** out) {
    Interposed* plugin = plugin_of(handle);
    return open_device(function::kDeviceOpen, plugin, index, out, [&](chx_device** made) {
        return plugin->api.device_open(plugin->handle, index, made);
    });
}

chx_status CHX_CALL provider_open(chx_plugin* handle,
                                  int32_t index,
                                  void* native,
                                  chx_device** out) {
    Interposed* plugin = plugin_of(handle);
    return open_device(function::kProviderOpen, plugin, index, out, [&](chx_device** made) {
        return plugin->api.provider_open(plugin->handle, index, native, made);
    });
}

chx_status CHX_CALL device_close(chx_device* handle) {
    InterposedDevice* device = device_of(handle);
    PluginCall call = call_of(function::kDeviceClose, device);
    const chx_status status =
        run(call, [&] { return device->plugin->api.device_close(device->inner); });
    device->is_closed = true;
    return status;
}

chx_status CHX_CALL device_info(chx_device* handle, chx_device_info* out) {
    InterposedDevice* device = device_of(handle);
    PluginCall call = call_of(function::kDeviceInfo, device);
    return run(call, [&] {
        const chx_status status = device->plugin->api.device_info(device->inner, out);
        if (status == CHX_OK) device->host_accessible_kinds = out->host_accessible_kinds;
        return status;
    });
}

chx_status CHX_CALL device_native(chx_device* handle, void** out) {
    InterposedDevice* device = device_of(handle);
    PluginCall call = call_of(function::kDeviceNative, device);
    return run(call, [&] { return device->plugin->api.device_native(device->inner, out); });
}

chx_status CHX_CALL alloc(chx_device* handle,
                          uint64_t bytes,
                          uint64_t align,
                          int32_t kind,
                          chx_stream* stream,
                          chx_memref* out) {
    InterposedDevice* device = device_of(handle);
    PluginCall call = call_of(function::kAlloc, device, stream_of(stream));
    call.bytes = bytes;
    call.align = align;
    call.kind = kind;
    const chx_status status = run(call, [&] {
        return device->plugin->api.alloc(
            device->inner, call.bytes, align, kind, inner_of(call.stream), &call.to);
    });
    if (status == CHX_OK) *out = call.to;
    return status;
}

chx_status CHX_CALL free_memory(chx_device* handle, const chx_memref* memory, chx_stream* stream) {
    InterposedDevice* device = device_of(handle);
    PluginCall call = call_of(function::kFree, device, stream_of(stream));
    call.to = *memory;
    return run(call, [&] {
        return device->plugin->api.free(device->inner, &call.to, inner_of(call.stream));
    });
}

chx_status CHX_CALL copy(chx_device* handle,
                         const chx_memref* to,
                         const chx_memref* from,
                         uint64_t bytes,
                         chx_stream* stream) {
    InterposedDevice* device = device_of(handle);
    PluginCall call = call_of(function::kCopy, device, stream_of(stream));
    call.to = *to;
    call.from = *from;
    call.bytes = bytes;
    return run(call, [&] {
        return device->plugin->api.copy(
            device->inner, &call.to, &call.from, bytes, inner_of(call.stream));
    });
}

chx_status CHX_CALL sync(chx_device* handle, chx_stream* stream) {
    InterposedDevice* device = device_of(handle);
    PluginCall call = call_of(function::kSync, device, stream_of(stream));
    return run(call,
               [&] { return device->plugin->api.sync(device->inner, inner_of(call.stream)); });
}

// make(Inner**) -> chx_status
template <typename Wrapped, typename Handle, typename Make>
chx_status make_handle(const char* name, InterposedDevice* device, Handle** out, const Make& make) {
    auto wrapped = std::make_unique<Wrapped>();
    wrapped->device = device;
    PluginCall call = call_of(name, wrapped.get());
    const chx_status status = run(call, [&] { return make(&wrapped->inner); });
    if (status == CHX_OK) *out = reinterpret_cast<Handle*>(wrapped.release());
    return status;
}

chx_status CHX_CALL stream_create(chx_device* handle, uint32_t flags, chx_stream** out) {
    InterposedDevice* device = device_of(handle);
    return make_handle<InterposedStream>(
        function::kStreamCreate, device, out, [&](chx_stream** made) {
            return device->plugin->api.stream_create(device->inner, flags, made);
        });
}

chx_status CHX_CALL stream_wrap_native(chx_device* handle, void* native, chx_stream** out) {
    InterposedDevice* device = device_of(handle);
    return make_handle<InterposedStream>(
        function::kStreamWrap, device, out, [&](chx_stream** made) {
            return device->plugin->api.stream_wrap_native(device->inner, native, made);
        });
}

chx_status CHX_CALL event_create(chx_device* handle, uint32_t flags, chx_event** out) {
    InterposedDevice* device = device_of(handle);
    return make_handle<InterposedEvent>(function::kEventCreate, device, out, [&](chx_event** made) {
        return device->plugin->api.event_create(device->inner, flags, made);
    });
}

chx_status CHX_CALL stream_destroy(chx_stream* handle) {
    InterposedStream* stream = stream_of(handle);
    PluginCall call = call_of(function::kStreamDestroy, stream);
    const chx_status status =
        run(call, [&] { return call.plugin->api.stream_destroy(stream->inner); });
    retire(stream);
    return status;
}

chx_status CHX_CALL event_destroy(chx_event* handle) {
    InterposedEvent* event = event_of(handle);
    PluginCall call = call_of(function::kEventDestroy, event);
    const chx_status status =
        run(call, [&] { return call.plugin->api.event_destroy(event->inner); });
    retire(event);
    return status;
}

chx_status CHX_CALL stream_query(chx_stream* handle, int32_t* done) {
    InterposedStream* stream = stream_of(handle);
    PluginCall call = call_of(function::kStreamQuery, stream);
    return run(call, [&] { return call.plugin->api.stream_query(stream->inner, done); });
}

chx_status CHX_CALL stream_native(chx_stream* handle, void** native) {
    InterposedStream* stream = stream_of(handle);
    PluginCall call = call_of(function::kStreamNative, stream);
    return run(call, [&] { return call.plugin->api.stream_native(stream->inner, native); });
}

chx_status CHX_CALL event_record(chx_event* handle, chx_stream* stream) {
    InterposedEvent* event = event_of(handle);
    PluginCall call = call_of(function::kEventRecord, event, stream_of(stream));
    return run(call,
               [&] { return call.plugin->api.event_record(event->inner, inner_of(call.stream)); });
}

chx_status CHX_CALL stream_wait_event(chx_stream* stream, chx_event* handle) {
    InterposedEvent* event = event_of(handle);
    PluginCall call = call_of(function::kStreamWait, event, stream_of(stream));
    return run(call, [&] {
        return call.plugin->api.stream_wait_event(inner_of(call.stream), event->inner);
    });
}

chx_status CHX_CALL event_query(chx_event* handle, int32_t* done) {
    InterposedEvent* event = event_of(handle);
    PluginCall call = call_of(function::kEventQuery, event);
    return run(call, [&] { return call.plugin->api.event_query(event->inner, done); });
}

chx_status CHX_CALL event_sync(chx_event* handle) {
    InterposedEvent* event = event_of(handle);
    PluginCall call = call_of(function::kEventSync, event);
    return run(call, [&] { return call.plugin->api.event_sync(event->inner); });
}

chx_status CHX_CALL event_elapsed_ns(chx_event* start, chx_event* end, uint64_t* ns) {
    InterposedEvent* event = event_of(end);
    PluginCall call = call_of(function::kEventElapsed, event);
    call.start = event_of(start);
    return run(call, [&] {
        return call.plugin->api.event_elapsed_ns(call.start->inner, event->inner, ns);
    });
}

// Calls what looks at a launch. The record itself stays the core's, whose services find their way from it: its handles are
// the plugin's own for the time of the call.
template <typename Inner>
chx_status run_launch(const char* name, void* state, const chx_launch* launch, const Inner& inner) {
    const auto* kernel = static_cast<const InterposedKernel*>(state);
    auto& record = const_cast<chx_launch&>(*launch);
    PluginCall call{name, kernel->plugin};
    call.device = device_of(record.device);
    call.stream = stream_of(record.stream);
    call.kernel = kernel;
    call.launch = launch;
    return run(call, [&] {
        record.device = call.device->inner;
        record.stream = inner_of(call.stream);
        const chx_status status = inner(kernel->inner);
        record.device = reinterpret_cast<chx_device*>(call.device);
        record.stream = reinterpret_cast<chx_stream*>(call.stream);
        return status;
    });
}

chx_status CHX_CALL launch_kernel(void* state, const chx_launch* launch) {
    return run_launch(function::kKernel, state, launch, [&](const chx_kernel_def& def) {
        return def.fn(def.state, launch);
    });
}

chx_status CHX_CALL supports(void* state, const chx_launch* launch) {
    return run_launch(function::kSupports, state, launch, [&](const chx_kernel_def& def) {
        return def.supports(def.state, launch);
    });
}

chx_status CHX_CALL plan(void* state, const chx_launch* launch, chx_plan* out) {
    return run_launch(function::kPlan, state, launch, [&](const chx_kernel_def& def) {
        return def.plan(def.state, launch, out);
    });
}

chx_status CHX_CALL destroy(chx_plugin* handle) {
    Interposed* plugin = plugin_of(handle);
    PluginCall call = call_of(function::kDestroy, plugin);
    return run(call, [&] { return plugin->desc.destroy(plugin->handle); });
}

void CHX_CALL prepare_exit(chx_plugin* handle) {
    Interposed* plugin = plugin_of(handle);
    PluginCall call = call_of(function::kPrepareExit, plugin);
    run(call, [&] {
        plugin->desc.prepare_exit(plugin->handle);
        return CHX_OK;
    });
}

void CHX_CALL after_fork_child(chx_plugin* handle) {
    Interposed* plugin = plugin_of(handle);
    PluginCall call = call_of(function::kAfterFork, plugin);
    run(call, [&] {
        plugin->desc.after_fork_child(plugin->handle);
        return CHX_OK;
    });
}

template <typename Function>
void replace(Function& slot, Function by) {
    if (slot != nullptr) slot = by;
}

// The core calls its own copies of the plugin's definitions: those are led through the layers.
void wrap_kernels(Interposed& plugin, std::vector<chx_kernel_def>& kernels) {
    for (chx_kernel_def& shown : kernels) {
        InterposedKernel& kernel = plugin.kernels.emplace_back(InterposedKernel{&plugin, shown});
        shown.state = &kernel;
        replace(shown.fn, launch_kernel);
        replace(shown.supports, supports);
        replace(shown.plan, plan);
    }
}

void wrap_api(chx_device_api& api) {
    replace(api.device_count, device_count);
    replace(api.device_open, device_open);
    replace(api.device_close, device_close);
    replace(api.device_info, device_info);
    replace(api.alloc, alloc);
    replace(api.free, free_memory);
    replace(api.copy, copy);
    replace(api.sync, sync);
    replace(api.stream_create, stream_create);
    replace(api.stream_destroy, stream_destroy);
    replace(api.stream_query, stream_query);
    replace(api.stream_wrap_native, stream_wrap_native);
    replace(api.stream_native, stream_native);
    replace(api.event_create, event_create);
    replace(api.event_destroy, event_destroy);
    replace(api.event_record, event_record);
    replace(api.stream_wait_event, stream_wait_event);
    replace(api.event_query, event_query);
    replace(api.event_sync, event_sync);
    replace(api.event_elapsed_ns, event_elapsed_ns);
    replace(api.device_native, device_native);
    replace(api.provider_open, provider_open);
    replace(api.get_extension, interposed_extension);
}

// For ever, as everything that holds their handles.
Interposed& keep(std::unique_ptr<Interposed> plugin) {
    struct Kept {
        std::mutex mutex;
        std::vector<std::unique_ptr<Interposed>> plugins;
    };
    static Kept& kept = *std::make_unique<Kept>().release();
    const std::lock_guard lock(kept.mutex);
    kept.plugins.push_back(std::move(plugin));
    return *kept.plugins.back();
}

}  // namespace

void interpose(LoadedPlugin& loaded, std::vector<Layer*> layers) {
    if (layers.empty()) return;
    auto made = std::make_unique<Interposed>();
    made->loaded = &loaded;
    made->handle = loaded.handle;
    made->api = loaded.api;
    made->desc = loaded.descriptor;
    made->layers = std::move(layers);
    Interposed& plugin = keep(std::move(made));
    wrap_kernels(plugin, loaded.kernels);
    wrap_api(loaded.api);
    loaded.handle = reinterpret_cast<chx_plugin*>(&plugin);
    replace(loaded.descriptor.destroy, destroy);
    replace(loaded.descriptor.prepare_exit, prepare_exit);
    replace(loaded.descriptor.after_fork_child, after_fork_child);
}

std::string call_text(const PluginCall& call) {
    std::string text = call.function;
    if (call.kernel != nullptr) text += fmt::format(" {}", call.kernel->inner.op);
    if (call.device != nullptr) text += fmt::format(" on {}", call.device->name);
    return text + fmt::format(" (plugin {} {})", call.plugin->desc.name, call.plugin->desc.version);
}

}  // namespace chainerx::internal
