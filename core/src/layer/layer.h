// Layers lie between the core and a plugin: they see every call through the plugin's tables, before and after.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "chx/chx_plugin.h"

namespace chainerx::internal {

struct LoadedPlugin;
struct Interposed;
struct RecordedCall;
class Layer;

// What the core holds instead of the plugin's own handles.
struct InterposedDevice {
    Interposed* plugin;
    chx_device* inner;
    std::string name;  // "acme:0"
    uint32_t host_accessible_kinds = 0;
    bool has_streams = false;
    std::atomic<bool> is_closed{false};
};
struct InterposedStream {
    InterposedDevice* device = nullptr;
    chx_stream* inner = nullptr;
    std::atomic<bool> is_destroyed{false};
};
struct InterposedEvent {
    InterposedDevice* device = nullptr;
    chx_event* inner = nullptr;
    std::atomic<bool> is_destroyed{false};
};
struct InterposedKernel {
    Interposed* plugin;
    chx_kernel_def inner;  // the plugin's own
};

struct Interposed {
    LoadedPlugin* loaded;
    chx_plugin* handle;  // the plugin's own, as the following
    chx_device_api api;
    chx_plugin_desc desc;
    std::vector<Layer*> layers;  // the first lies nearest to the core
    std::deque<InterposedKernel> kernels;
};

// Bytes that a call must leave as they are.
struct KeptContent {
    const char* what;
    int index;
    const unsigned char* place;
    std::vector<unsigned char> bytes;
};

// One call into a plugin. What does not belong to the function is null or 0.
struct PluginCall {
    const char* function;  // "alloc", "kernel"
    Interposed* plugin;
    InterposedDevice* device = nullptr;
    InterposedStream* stream = nullptr;
    InterposedEvent* event = nullptr;
    InterposedEvent* start = nullptr;  // of event_elapsed_ns
    const InterposedKernel* kernel = nullptr;
    const chx_launch* launch = nullptr;
    uint64_t bytes = 0, align = 0;
    int32_t kind = 0;
    chx_memref to{}, from{};                 // of copy; to: what alloc returned, what free is given
    int64_t begun_ns = 0;                    // noted by the layer trace
    std::vector<KeptContent> before{};       // noted by the layer validate
    std::shared_ptr<RecordedCall> record{};  // noted by the layer record

    bool is(const char* name) const { return function == name; }  // names are those of function::
};

// The functions of a plugin, told apart by address.
namespace function {
inline constexpr char kDeviceCount[] = "device_count", kDeviceOpen[] = "device_open",
                      kDeviceClose[] = "device_close", kDeviceInfo[] = "device_info",
                      kAlloc[] = "alloc", kFree[] = "free", kCopy[] = "copy", kSync[] = "sync",
                      kStreamCreate[] = "stream_create", kStreamDestroy[] = "stream_destroy",
                      kStreamQuery[] = "stream_query", kStreamWrap[] = "stream_wrap_native",
                      kStreamNative[] = "stream_native", kEventCreate[] = "event_create",
                      kEventDestroy[] = "event_destroy", kEventRecord[] = "event_record",
                      kStreamWait[] = "stream_wait_event", kEventQuery[] = "event_query",
                      kEventSync[] = "event_sync", kEventElapsed[] = "event_elapsed_ns",
                      kDeviceNative[] = "device_native", kProviderOpen[] = "provider_open",
                      kKernel[] = "kernel", kSupports[] = "supports", kPlan[] = "plan",
                      kDestroy[] = "destroy", kPrepareExit[] = "prepare_exit",
                      kAfterFork[] = "after_fork_child", kCaptureBegin[] = "capture begin",
                      kCaptureEnd[] = "capture end", kCaptureLaunch[] = "capture launch",
                      kCaptureDestroy[] = "capture destroy", kGraphPartition[] = "graph partition",
                      kGraphCompile[] = "graph compile", kGraphLaunch[] = "graph launch",
                      kGraphDestroy[] = "graph destroy";
}  // namespace function

class Layer {
public:
    virtual ~Layer();
    // Anything but CHX_OK is the call's result: nothing further inside sees it, the plugin included. May change bytes, to and
    // from, on their way in.
    virtual chx_status before(PluginCall&) { return CHX_OK; }
    // After a call whose before() passed. Returns the result as seen further outside.
    virtual chx_status after(PluginCall&, chx_status status) { return status; }
};

// Puts layers around a plugin that has been created; nothing if there are none.
void interpose(LoadedPlugin& plugin, std::vector<Layer*> layers);

// Those that CHAINERX_LAYERS names, in its order, and inside them the watchdog if it is on. Made once, kept for ever. Throws
// ValueError for a name that is none.
const std::vector<Layer*>& requested_layers();

// "chx.add on acme:0 (acme 1.0.0)": whom the call concerns.
std::string call_text(const PluginCall& call);

std::unique_ptr<Layer> make_validate_layer();
std::unique_ptr<Layer> make_trace_layer();
std::unique_ptr<Layer> make_record_layer();
std::unique_ptr<Layer> make_watchdog(int64_t limit_ns);

}  // namespace chainerx::internal
