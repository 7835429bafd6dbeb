// Runs of a Program's steps that a device takes as a whole: compiled by it, or captured when they ran.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "chx/chx_capture.h"
#include "chx/chx_graph.h"
#include "device/stream_state.h"
#include "program/ir.h"

namespace chainerx::internal {

// Steps [first, end) of one device, all of them kernels.
struct Segment {
    Segment(DeviceState& on, size_t from, size_t to) : device{&on}, first{from}, end{to} {}
    ~Segment();
    Segment(const Segment&) = delete;
    Segment& operator=(const Segment&) = delete;

    // Forgets how the device ran it: its steps run one by one from now on.
    void refuse();

    DeviceState* device;
    size_t first, end;
    // Compiled, if the device did.
    const chx_graph_api* graph_api = nullptr;
    chx_compiled* compiled = nullptr;
    std::vector<int> buffers;  // of the Program, in the order of the graph's
    // Captured otherwise, at the second run.
    const chx_capture_api* capture_api = nullptr;
    chx_captured* captured = nullptr;
    chx_stream* capture_stream = nullptr;
    std::vector<StorageRef> scratch;  // that the captured kernels use
    bool is_stale = true;             // captured with operands in other places
    bool has_run = false;
};

// Cuts out what devices compile, and of the rest what they capture. can_run: steps whose kernel is called straight away.
std::vector<std::unique_ptr<Segment>> find_segments(const ProgramIr& ir,
                                                    const std::vector<bool>& can_run,
                                                    bool compiles,
                                                    bool captures);

}  // namespace chainerx::internal
