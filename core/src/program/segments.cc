// Which steps devices take together, and what they keep for that.
#include "program/segments.h"

#include <algorithm>
#include <map>
#include <utility>

#include "device/device_state.h"
#include "dispatch/thread_state.h"
#include "plugin/plugin_registry.h"
#include "program/graph_of_steps.h"

namespace chainerx::internal {

namespace {

template <typename Api>
const Api* extension_of(const DeviceState& device, const char* name) {
    if (device.api->get_extension == nullptr) return nullptr;
    const auto* api =
        static_cast<const Api*>(device.api->get_extension(device.plugin->handle, name, 1));
    return api != nullptr && api->struct_size >= sizeof(Api) ? api : nullptr;
}

using Segments = std::vector<std::unique_ptr<Segment>>;

// Maximal runs of steps that fit, of at least two.
template <typename Fits>
void add_runs(const ProgramIr& ir, Segments& segments, Fits&& fits) {
    for (size_t first = 0; first < ir.steps.size();) {
        size_t end = first;
        while (end < ir.steps.size() && fits(end) && ir.steps[end].device == ir.steps[first].device)
            ++end;
        if (end - first >= 2)
            segments.push_back(std::make_unique<Segment>(*ir.steps[first].device, first, end));
        first = std::max(end, first + 1);
    }
}

bool has_singles(const Step& step) {
    return std::any_of(
        step.inputs.begin(), step.inputs.end(), [](const View& view) { return view.is_single; });
}

std::vector<bool> taken_steps(const ProgramIr& ir,
                              const Flow& flow,
                              const std::vector<bool>& can_run) {
    std::map<DeviceState*, std::vector<size_t>> candidates;
    for (size_t i = 0; i < ir.steps.size(); ++i) {
        if (can_run[i] && !has_singles(ir.steps[i])) candidates[ir.steps[i].device].push_back(i);
    }
    std::vector<bool> taken(ir.steps.size());
    for (const auto& [device, steps] : candidates) {
        const auto* api = extension_of<chx_graph_api>(*device, CHX_GRAPH);
        if (api == nullptr) continue;
        const GraphOfSteps graph(ir, flow, steps);
        std::vector<uint8_t> marks(steps.size());
        if (api->partition(device->handle, &graph.get(), marks.data()) != CHX_OK) continue;
        for (size_t i = 0; i < steps.size(); ++i) taken[steps[i]] = marks[i] != 0;
    }
    return taken;
}

void compile_runs(const ProgramIr& ir, const std::vector<bool>& can_run, Segments& segments) {
    const Flow flow(ir);
    const std::vector<bool> taken = taken_steps(ir, flow, can_run);
    Segments runs;
    add_runs(ir, runs, [&](size_t i) { return taken[i]; });
    for (std::unique_ptr<Segment>& run : runs) {
        std::vector<size_t> steps;
        for (size_t i = run->first; i < run->end; ++i) steps.push_back(i);
        const GraphOfSteps graph(ir, flow, steps);
        run->graph_api = extension_of<chx_graph_api>(*run->device, CHX_GRAPH);
        if (run->graph_api->compile(run->device->handle, &graph.get(), &run->compiled) != CHX_OK) {
            take_error_text();
            run->compiled = nullptr;
            continue;
        }
        run->buffers = graph.buffers();
        segments.push_back(std::move(run));
    }
}

void capture_runs(const ProgramIr& ir, const std::vector<bool>& can_run, Segments& segments) {
    std::vector<bool> is_free = can_run;
    for (const auto& segment : segments) {
        for (size_t i = segment->first; i < segment->end; ++i) is_free[i] = false;
    }
    Segments runs;
    add_runs(ir, runs, [&](size_t i) {
        return is_free[i] && ir.steps[i].device->has_streams &&
               (ir.steps[i].kernel->caps & CHX_K_CAPTURE_SAFE) != 0;
    });
    for (std::unique_ptr<Segment>& run : runs) {
        run->capture_api = extension_of<chx_capture_api>(*run->device, CHX_CAPTURE);
        if (run->capture_api != nullptr) segments.push_back(std::move(run));
    }
}

}  // namespace

Segment::~Segment() { refuse(); }

void Segment::refuse() {
    if (compiled == nullptr && captured == nullptr && capture_stream == nullptr) return;
    if (!are_plugins_shut_down() && !device->plugin->forked.load()) {
        device->api->sync(device->handle, nullptr);
        if (compiled != nullptr) graph_api->destroy(compiled);
        if (captured != nullptr) capture_api->destroy(captured);
        if (capture_stream != nullptr) device->api->stream_destroy(capture_stream);
    }
    compiled = nullptr;
    captured = nullptr;
    capture_stream = nullptr;
    scratch.clear();
}

Segments find_segments(const ProgramIr& ir,
                       const std::vector<bool>& can_run,
                       bool compiles,
                       bool captures) {
    Segments segments;
    if (compiles) compile_runs(ir, can_run, segments);
    if (captures) capture_runs(ir, can_run, segments);
    std::sort(segments.begin(), segments.end(), [](const auto& a, const auto& b) {
        return a->first < b->first;
    });
    return segments;
}

}  // namespace chainerx::internal
