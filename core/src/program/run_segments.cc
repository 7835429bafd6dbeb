// Launching what a device has compiled or captured.
#include <utility>

#include <fmt/format.h>

#include "chainerx/log.h"
#include "device/device_state.h"
#include "dispatch/op_call.h"
#include "dispatch/thread_state.h"
#include "program/executable.h"

namespace chainerx::internal {

namespace {

void tell(const Segment& segment, const char* what) {
    if (!is_log_enabled(kLogDebug)) return;
    log(kLogDebug,
        "chainerx.program",
        fmt::format("{}: steps {} to {} of a Program are {}",
                    segment.device->name(),
                    segment.first,
                    segment.end - 1,
                    what));
}

}  // namespace

void Executable::launch_compiled(Segment& segment, chx_stream* stream) {
    std::vector<chx_memref> places;
    places.reserve(segment.buffers.size());
    for (const int buffer : segment.buffers) {
        const Binding& binding = bindings_[static_cast<size_t>(buffer)];
        places.push_back(binding.storage->memory);
        places.back().offset = static_cast<uint64_t>(binding.base);
    }
    std::vector<const chx_memref*> pointers;
    pointers.reserve(places.size());
    for (const chx_memref& place : places) pointers.push_back(&place);
    check_status(
        segment.graph_api->launch(
            segment.compiled, pointers.data(), static_cast<uint32_t>(pointers.size()), stream),
        *segment.device,
        "a compiled part of a Program");
}

// False if the device or a kernel does not want it after all.
bool Executable::capture(Segment& segment) {
    DeviceState& device = *segment.device;
    const chx_capture_api& api = *segment.capture_api;
    if (segment.capture_stream == nullptr &&
        device.api->stream_create(device.handle, 0, &segment.capture_stream) != CHX_OK)
        return false;
    void* native = nullptr;
    if (device.api->stream_native(segment.capture_stream, &native) != CHX_OK ||
        api.begin(device.handle, segment.capture_stream) != CHX_OK)
        return false;
    std::vector<StorageRef> scratch;
    chx_status status = CHX_OK;
    for (size_t i = segment.first; i < segment.end && status == CHX_OK; ++i) {
        RunningLaunch& running = calls_[i].running;
        const chx_launch usual = running.launch;
        running.launch.stream = segment.capture_stream;
        running.launch.native_stream = native;
        running.launch.flags |= CHX_L_CAPTURING;
        status = calls_[i].fn(calls_[i].state, &running.launch);
        running.launch = usual;
        if (running.kept == nullptr) continue;
        for (Storage* storage : running.kept->storages) {
            scratch.emplace_back(storage);
            release(storage);
        }
        running.kept->storages.clear();
    }
    if (status != CHX_OK) {
        api.end(device.handle, segment.capture_stream, nullptr);
        return false;
    }
    if (api.end(device.handle, segment.capture_stream, &segment.captured) != CHX_OK) return false;
    segment.scratch = std::move(scratch);
    segment.is_stale = false;
    tell(segment, "captured");
    return true;
}

// False: its steps are to be run one by one.
bool Executable::run_segment(Segment& segment, ThreadContext& context) {
    StreamState* current = segment.device->current_stream(context);
    chx_stream* stream = current != nullptr ? current->handle : nullptr;
    if (segment.compiled != nullptr) {
        launch_compiled(segment, stream);
    } else {
        // The first run fills caches, so that nothing has to be allocated while capturing.
        if (segment.capture_api == nullptr || !std::exchange(segment.has_run, true)) return false;
        if (segment.is_stale && !capture(segment)) {
            take_error_text();
            tell(segment, "not captured: the device refuses");
            segment.refuse();
            segment.capture_api = nullptr;
            return false;
        }
        const StreamCall call(current);
        for (const StorageRef& storage : segment.scratch) call.use(*storage.get());
        check_status(segment.capture_api->launch(segment.captured, stream),
                     *segment.device,
                     "a captured part of a Program");
    }
    for (size_t i = segment.first; i < segment.end; ++i) note_writes(calls_[i]);
    return true;
}

}  // namespace chainerx::internal
