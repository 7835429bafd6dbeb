// What CHAINERX_PLUGIN_OPTIONS says: "sim.latency_us=50000/0,sim.kernels=all".
#pragma once

#include <cstdint>
#include <vector>

#include <chx/chx_plugin.hpp>

namespace sim {

enum class KernelSet { kNone, kPrimitives, kAll };

struct Options {
    // Of the default stream, then of others in the order in which they are made; the last one repeats.
    std::vector<int64_t> latency_us;
    // Work is done only when somebody waits for it: nothing is there by luck.
    bool is_on_demand = false;
    KernelSet kernels = KernelSet::kPrimitives;
    uint64_t memory_bytes = 0;                  // of each device
    bool has_capture = true, has_graph = true;  // which extensions are offered
    bool has_host_memory = false;               // device memory by address, for the host to use
    int32_t dlpack_type = 0;
    // Waits that the device leaves out, so that a program shows what it would be like without them.
    bool ignores_events = false, ignores_sync = false, ignores_copies = false;
};

// Throws chx::Error for a value that makes no sense.
Options read_options(const chx_option* const* given, uint32_t count);

extern const chx_option_def* const kOptionDefs[];
extern const uint32_t kOptionDefCount;

}  // namespace sim
