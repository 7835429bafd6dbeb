// Wraps the extensions chx.capture and chx.graph of a plugin.
#include <cstring>

#include "chx/chx_capture.h"
#include "chx/chx_graph.h"
#include "layer/interposed_call.h"

namespace chainerx::internal {

namespace {

struct InterposedCapture {
    InterposedDevice* device;
    chx_captured* inner;
};
struct InterposedGraph {
    InterposedDevice* device;
    chx_compiled* inner;
};

InterposedCapture* capture_of(chx_captured* handle) {
    return reinterpret_cast<InterposedCapture*>(handle);
}
InterposedGraph* graph_of(chx_compiled* handle) {
    return reinterpret_cast<InterposedGraph*>(handle);
}

template <typename Api>
const Api* extension_of(const Interposed& plugin, const char* name, uint32_t min_version) {
    if (plugin.api.get_extension == nullptr) return nullptr;
    const auto* api =
        static_cast<const Api*>(plugin.api.get_extension(plugin.handle, name, min_version));
    return api != nullptr && api->struct_size >= sizeof(Api) ? api : nullptr;
}

const chx_capture_api& capture_api(const PluginCall& call) {
    return *extension_of<chx_capture_api>(*call.plugin, CHX_CAPTURE, 1);
}
const chx_graph_api& graph_api(const PluginCall& call) {
    return *extension_of<chx_graph_api>(*call.plugin, CHX_GRAPH, 1);
}

chx_status CHX_CALL capture_begin(chx_device* device, chx_stream* stream) {
    PluginCall call = call_of(function::kCaptureBegin, device_of(device), stream_of(stream));
    return run(call,
               [&] { return capture_api(call).begin(call.device->inner, inner_of(call.stream)); });
}

chx_status CHX_CALL capture_end(chx_device* device, chx_stream* stream, chx_captured** captured) {
    PluginCall call = call_of(function::kCaptureEnd, device_of(device), stream_of(stream));
    InterposedCapture* given = captured == nullptr ? nullptr : capture_of(*captured);
    chx_captured* inner = given == nullptr ? nullptr : given->inner;
    const chx_status status = run(call, [&] {
        return capture_api(call).end(
            call.device->inner, inner_of(call.stream), captured == nullptr ? nullptr : &inner);
    });
    if (status != CHX_OK || captured == nullptr) return status;
    if (given == nullptr) given = std::make_unique<InterposedCapture>().release();
    *given = {call.device, inner};
    *captured = reinterpret_cast<chx_captured*>(given);
    return status;
}

chx_status CHX_CALL capture_launch(chx_captured* handle, chx_stream* stream) {
    const InterposedCapture* capture = capture_of(handle);
    PluginCall call = call_of(function::kCaptureLaunch, capture->device, stream_of(stream));
    return run(call,
               [&] { return capture_api(call).launch(capture->inner, inner_of(call.stream)); });
}

chx_status CHX_CALL capture_destroy(chx_captured* handle) {
    const std::unique_ptr<InterposedCapture> capture(capture_of(handle));
    PluginCall call = call_of(function::kCaptureDestroy, capture->device);
    return run(call, [&] { return capture_api(call).destroy(capture->inner); });
}

chx_status CHX_CALL graph_partition(chx_device* device, const chx_graph* graph, uint8_t* taken) {
    PluginCall call = call_of(function::kGraphPartition, device_of(device));
    return run(call, [&] { return graph_api(call).partition(call.device->inner, graph, taken); });
}

chx_status CHX_CALL graph_compile(chx_device* device, const chx_graph* graph, chx_compiled** out) {
    auto compiled = std::make_unique<InterposedGraph>(InterposedGraph{device_of(device), nullptr});
    PluginCall call = call_of(function::kGraphCompile, compiled->device);
    const chx_status status = run(
        call, [&] { return graph_api(call).compile(call.device->inner, graph, &compiled->inner); });
    if (status == CHX_OK) *out = reinterpret_cast<chx_compiled*>(compiled.release());
    return status;
}

chx_status CHX_CALL graph_launch(chx_compiled* handle,
                                 const chx_memref* const* places,
                                 uint32_t n_places,
                                 chx_stream* stream) {
    const InterposedGraph* graph = graph_of(handle);
    PluginCall call = call_of(function::kGraphLaunch, graph->device, stream_of(stream));
    return run(call, [&] {
        return graph_api(call).launch(graph->inner, places, n_places, inner_of(call.stream));
    });
}

chx_status CHX_CALL graph_destroy(chx_compiled* handle) {
    const std::unique_ptr<InterposedGraph> graph(graph_of(handle));
    PluginCall call = call_of(function::kGraphDestroy, graph->device);
    return run(call, [&] { return graph_api(call).destroy(graph->inner); });
}

constexpr chx_capture_api kCapture = {
    sizeof(chx_capture_api), 0, capture_begin, capture_end, capture_launch, capture_destroy};
constexpr chx_graph_api kGraph = {
    sizeof(chx_graph_api), 0, graph_partition, graph_compile, graph_launch, graph_destroy};

}  // namespace

const void* CHX_CALL interposed_extension(chx_plugin* handle,
                                          const char* name,
                                          uint32_t min_version) {
    const Interposed& plugin = *plugin_of(handle);
    const auto offers = [&](const void* inner) { return inner != nullptr && min_version <= 1; };
    if (std::strcmp(name, CHX_CAPTURE) == 0 &&
        offers(extension_of<chx_capture_api>(plugin, name, min_version)))
        return &kCapture;
    if (std::strcmp(name, CHX_GRAPH) == 0 &&
        offers(extension_of<chx_graph_api>(plugin, name, min_version)))
        return &kGraph;
    return nullptr;
}

}  // namespace chainerx::internal
