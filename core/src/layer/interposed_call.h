// A call through the tables that the core sees: the layers are told, then the plugin is called with handles of its own.
#pragma once

#include <vector>

#include "layer/layer.h"

namespace chainerx::internal {

template <typename Inner>
chx_status run(PluginCall& call, const Inner& inner) {
    const std::vector<Layer*>& layers = call.plugin->layers;
    chx_status status = CHX_OK;
    size_t entered = 0;
    while (entered < layers.size() && status == CHX_OK) {
        status = layers[entered]->before(call);
        if (status == CHX_OK) ++entered;
    }
    if (status == CHX_OK) status = inner();
    while (entered > 0) status = layers[--entered]->after(call, status);
    return status;
}

inline Interposed* plugin_of(chx_plugin* handle) { return reinterpret_cast<Interposed*>(handle); }
inline InterposedDevice* device_of(chx_device* handle) {
    return reinterpret_cast<InterposedDevice*>(handle);
}
inline InterposedStream* stream_of(chx_stream* handle) {
    return reinterpret_cast<InterposedStream*>(handle);
}
inline InterposedEvent* event_of(chx_event* handle) {
    return reinterpret_cast<InterposedEvent*>(handle);
}
inline chx_stream* inner_of(InterposedStream* stream) {
    return stream == nullptr ? nullptr : stream->inner;
}

inline PluginCall call_of(const char* name, Interposed* plugin) { return {name, plugin}; }
inline PluginCall call_of(const char* name,
                          InterposedDevice* device,
                          InterposedStream* stream = nullptr) {
    PluginCall call{name, device->plugin};
    call.device = device;
    call.stream = stream;
    return call;
}
inline PluginCall call_of(const char* name, InterposedStream* stream) {
    return call_of(name, stream->device, stream);
}
inline PluginCall call_of(const char* name,
                          InterposedEvent* event,
                          InterposedStream* stream = nullptr) {
    PluginCall call = call_of(name, event->device, stream);
    call.event = event;
    return call;
}

// get_extension of an interposed plugin: wraps the extensions that the core knows. Of others it has none, since their
// functions would be given handles that are not the plugin's own.
const void* CHX_CALL interposed_extension(chx_plugin* handle,
                                          const char* name,
                                          uint32_t min_version);

}  // namespace chainerx::internal
