// How far results may be from those of the same operands in double precision; what tests and the conformance kit hold
// the kernels to.
#pragma once

#include <chx/chx_plugin.h>

namespace onednn {

struct Tolerances {
    const chx_tolerance* const* list;
    uint32_t n;

    void apply_to(chx_kernel_def& def) const {
        def.tolerances = list;
        def.n_tolerances = n;
    }
};

namespace stated {

// Computed in float32, then rounded once.
inline constexpr chx_tolerance kRoundedF16 = {"f16", 1e-3, 1e-3};
inline constexpr chx_tolerance kRoundedBf16 = {"bf16", 8e-3, 8e-3};

inline constexpr chx_tolerance kSums = {"f32", 1e-5, 1e-5};
inline constexpr const chx_tolerance* kSumList[] = {&kSums, &kRoundedF16, &kRoundedBf16};

inline constexpr chx_tolerance kShares = {"f32", 1e-5, 1e-6};
inline constexpr const chx_tolerance* kShareList[] = {&kShares, &kRoundedF16, &kRoundedBf16};

inline constexpr chx_tolerance kFunctions = {"f32", 1e-6, 2e-38};
inline constexpr chx_tolerance kFunctionsF16 = {"f16", 1e-3, 1e-7};
inline constexpr chx_tolerance kFunctionsBf16 = {"bf16", 8e-3, 2e-38};
inline constexpr const chx_tolerance* kFunctionList[] = {
    &kFunctions, &kFunctionsF16, &kFunctionsBf16};

inline constexpr chx_tolerance kNone = {"*", 0, 0};
inline constexpr const chx_tolerance* kExactList[] = {&kNone};

}  // namespace stated

// Sums of products of numbers of magnitude 1, of which float32 loses some digits where they cancel.
inline constexpr Tolerances kSumTolerances{stated::kSumList, 3};
// Functions of single elements; numbers so small that they are not normalized may become zero.
inline constexpr Tolerances kFunctionTolerances{stated::kFunctionList, 3};
// Elements that are taken, not computed.
inline constexpr Tolerances kExact{stated::kExactList, 1};
// Means, and parts of a whole.
inline constexpr Tolerances kShareTolerances{stated::kShareList, 3};

}  // namespace onednn
