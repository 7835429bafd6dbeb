// Implements tolerances.
#include "tolerance.h"

#include <algorithm>

#include "description.h"
#include "element.h"

namespace conformance {

Tolerance default_tolerance(int type) {
    switch (type) {
        case CHX_TYPE_F16:
            return {2e-3, 2e-3};
        case CHX_TYPE_BF16:
            return {1.6e-2, 1.6e-2};
        case CHX_TYPE_F32:
        case CHX_TYPE_C64:
            return {1e-5, 1e-5};
        default:
            return {1e-12, 1e-12};
    }
}

Tolerance tolerance_of(const chx_kernel_def& def, int type) {
    for (uint32_t i = 0; i < def.n_tolerances; ++i) {
        const auto names = expand_dtypes(def.tolerances[i]->dtypes);
        if (std::count(names.begin(), names.end(), kDtypeNames[static_cast<std::size_t>(type)]) !=
            0)
            return {def.tolerances[i]->rtol, def.tolerances[i]->atol};
    }
    return default_tolerance(type);
}

std::vector<WideTolerance> wide_tolerances(const chx_kernel_def& def) {
    std::vector<WideTolerance> wide;
    for (const std::string& name : expand_dtypes(def.dtypes)) {
        const int type = type_named(name.c_str());
        if (!is_inexact(type)) continue;
        const Tolerance stated = tolerance_of(def, type), usual = default_tolerance(type);
        if (stated.rtol <= usual.rtol && stated.atol <= usual.atol) continue;
        const bool is_as_before = !wide.empty() && wide.back().stated.rtol == stated.rtol &&
                                  wide.back().stated.atol == stated.atol;
        if (!is_as_before) wide.push_back({{}, stated});
        wide.back().dtypes.push_back(name);
    }
    return wide;
}

}  // namespace conformance
