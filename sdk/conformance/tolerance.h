// How far results may be from the reference: what kernels state, and what is usual.
#pragma once

#include <string>
#include <vector>

#include <chx/chx_plugin.h>

namespace conformance {

struct Tolerance {
    double rtol, atol;
};

// More says that results are wrong; all of them would pass as zeros at rtol 1.
constexpr double kLargestTolerance = 0.1;

Tolerance default_tolerance(int type);
// What the kernel states for its dispatch dtype, or what is usual for that dtype.
Tolerance tolerance_of(const chx_kernel_def& def, int type);

// A stated tolerance that is above the default, and the dtypes of the kernel that it is for.
struct WideTolerance {
    std::vector<std::string> dtypes;
    Tolerance stated;
};
std::vector<WideTolerance> wide_tolerances(const chx_kernel_def& def);

}  // namespace conformance
