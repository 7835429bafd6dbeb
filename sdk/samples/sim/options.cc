// Names, defaults and meaning of the options.
#include "options.h"

#include <cstdlib>
#include <cstring>
#include <string>

namespace sim {

namespace {

constexpr chx_option_def kLatency = {
    "latency_us",
    "20",
    "microseconds from a call until its work may begin: of the default stream, then of others in "
    "the order in which they "
    "are made, the last one repeating (50000/0); or demand: begun when somebody waits for it"};
constexpr chx_option_def kKernels = {
    "kernels", "primitives", "none, primitives or all: all adds a kernel for each element-wise op"};
constexpr chx_option_def kMemory = {"memory_bytes", "67108864", "memory of each device"};
constexpr chx_option_def kExtensions = {
    "extensions", "capture/graph", "none or capture, graph, capture/graph"};
constexpr chx_option_def kAddressing = {
    "addressing", "handles", "handles or pointers: whether the host may use device memory"};
constexpr chx_option_def kDlpack = {
    "dlpack_type",
    "12",
    "DLPack's number for this kind of device; 12 if other libraries do not know it"};
constexpr chx_option_def kDeaf = {
    "deaf",
    "none",
    "none or events, sync, copies: waits that are left out, to prove that a program needs them"};

[[noreturn]] void refuse(const chx_option_def& option, const std::string& value) {
    throw chx::Error(CHX_E_INVALID,
                     std::string("sim.") + option.name + "=" + value + "; expected " + option.doc);
}

std::vector<std::string> parts_of(const std::string& value) {
    std::vector<std::string> parts(1);
    for (const char c : value) {
        if (c == '/') {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

int64_t number(const chx_option_def& option, const std::string& value, const std::string& whole) {
    char* end = nullptr;
    const long long result = std::strtoll(value.c_str(), &end, 10);
    if (value.empty() || *end != '\0' || result < 0) refuse(option, whole);
    return result;
}

void read(Options& options, const chx_option_def& option, const std::string& value) {
    if (&option == &kLatency) {
        options.is_on_demand = value == "demand";
        options.latency_us.assign(1, 0);
        if (options.is_on_demand) return;
        options.latency_us.clear();
        for (const std::string& part : parts_of(value))
            options.latency_us.push_back(number(option, part, value));
    } else if (&option == &kKernels) {
        if (value != "none" && value != "primitives" && value != "all") refuse(option, value);
        options.kernels = value == "none"         ? KernelSet::kNone
                          : value == "primitives" ? KernelSet::kPrimitives
                                                  : KernelSet::kAll;
    } else if (&option == &kMemory) {
        options.memory_bytes = static_cast<uint64_t>(number(option, value, value));
    } else if (&option == &kExtensions) {
        options.has_capture = options.has_graph = false;
        for (const std::string& part : parts_of(value)) {
            if (part != "capture" && part != "graph" && part != "none") refuse(option, value);
            options.has_capture = options.has_capture || part == "capture";
            options.has_graph = options.has_graph || part == "graph";
        }
    } else if (&option == &kAddressing) {
        if (value != "handles" && value != "pointers") refuse(option, value);
        options.has_host_memory = value == "pointers";
    } else if (&option == &kDlpack) {
        options.dlpack_type = static_cast<int32_t>(number(option, value, value));
    } else {
        for (const std::string& part : parts_of(value)) {
            if (part == "events") {
                options.ignores_events = true;
            } else if (part == "sync") {
                options.ignores_sync = true;
            } else if (part == "copies") {
                options.ignores_copies = true;
            } else if (part != "none") {
                refuse(option, value);
            }
        }
    }
}

}  // namespace

const chx_option_def* const kOptionDefs[] = {
    &kLatency, &kKernels, &kMemory, &kExtensions, &kAddressing, &kDlpack, &kDeaf};
const uint32_t kOptionDefCount = 7;

Options read_options(const chx_option* const* given, uint32_t count) {
    Options options;
    for (const chx_option_def* def : kOptionDefs) {
        const char* value = def->default_value;
        for (uint32_t i = 0; i < count; ++i) {
            if (std::strcmp(given[i]->name, def->name) == 0) value = given[i]->value;
        }
        read(options, *def, value);
    }
    return options;
}

}  // namespace sim
