// What a plugin says about itself, gathered in a child process: for the choice of cases and for the report.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <chx/chx_plugin.h>

#include "case.h"
#include "op_rows.h"
#include "tolerance.h"

namespace conformance {

struct KernelDescription {
    std::string op;
    std::vector<std::string> dtypes;
    std::vector<WideTolerance> wide_tolerances;
};

struct PluginDescription {
    std::string error;            // why there is no description; empty: there is one
    bool is_loaded = true;        // its library can be loaded and queried
    bool is_unavailable = false;  // the error is that hardware or a library is missing
    std::string name, version, vendor, build_info, abi, kernels_for;
    bool has_streams = false;
    std::vector<KernelDescription> kernels;

    // Distinct ops with kernels, in order.
    std::vector<std::string> ops() const;
};

PluginDescription describe(const Settings& settings);

// Short names of dtypes in the order of CHX_TYPE_*.
extern const std::vector<std::string> kDtypeNames;
// The dtypes of a kernel: "*" expands to all. Throws Failure at a word that is none.
std::vector<std::string> expand_dtypes(const char* dtypes);
// CHX_TYPE_* of those that the op has a meaning for.
std::vector<int> types_of(const chx_kernel_def& def, const OpRow& row);

}  // namespace conformance
