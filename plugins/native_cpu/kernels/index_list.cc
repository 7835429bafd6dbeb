// Checking and wrapping of indices.
#include "kernels/index_list.h"

#include <algorithm>
#include <string>

#include <chx/ops/indexing.h>

#include "kernels/reduction_layout.h"

namespace native {
namespace {

[[noreturn]] void refuse(const char* op, const std::string& given, int64_t axis, int64_t extent) {
    throw chx::Error(CHX_E_INVALID,
                     std::string(op) + ": " + given + " for axis " + std::to_string(axis) +
                         " of extent " + std::to_string(extent) + "; expected indices in [" +
                         std::to_string(-extent) + ", " + std::to_string(extent) +
                         "); correct them, or use mode 'wrap' or 'clip'");
}

// An index outside of [0, extent), as the mode has it.
int64_t resolve(const char* op, int64_t index, int64_t axis, int64_t extent, int32_t mode) {
    if (mode == CHX_TAKE_MODE_CLIP) {
        return std::clamp<int64_t>(index, 0, extent - 1);
    }
    if (mode == CHX_TAKE_MODE_WRAP) {
        return (index % extent + extent) % extent;
    }
    if (index < -extent || index >= 0) {
        refuse(op, "index " + std::to_string(index) + " is out of range", axis, extent);
    }
    return index + extent;
}

bool are_all_inside(const int64_t* indices, int64_t n, int64_t extent) {
    // The highest bit tells a negative number; comparisons would not be vectorized.
    const auto last = static_cast<uint64_t>(extent - 1);
    uint64_t outside = 0;
    for (int64_t i = 0; i < n; ++i) {
        const auto index = static_cast<uint64_t>(indices[i]);
        outside |= index | (last - index);
    }
    return outside >> 63 == 0;
}

}  // namespace

const int64_t* resolve_indices(const chx_launch& launch,
                               const char* op,
                               const chx_tensor& indices,
                               int64_t axis,
                               int64_t extent,
                               int32_t mode) {
    if (mode < CHX_TAKE_MODE_RAISE || mode > CHX_TAKE_MODE_CLIP) {
        throw chx::Error(CHX_E_UNIMPLEMENTED,
                         std::string(op) + ": there is no mode " + std::to_string(mode));
    }
    const auto* from = chx::data<const int64_t>(indices);
    if (indices.numel == 0) {
        return from;
    }
    if (extent == 0) {
        throw chx::Error(CHX_E_INVALID,
                         std::string(op) + ": axis " + std::to_string(axis) +
                             " has extent 0, where no index is valid; index a non-empty axis");
    }
    if (chx::is_contiguous(indices) && are_all_inside(from, indices.numel, extent)) {
        return from;
    }
    auto* const resolved = static_cast<int64_t*>(
        chx::scratch(launch, static_cast<uint64_t>(indices.numel) * sizeof(int64_t)));
    Dimensions dimensions;
    for (int d = 0; d < indices.ndim; ++d) {
        dimensions.push(indices.shape[d], indices.strides[d]);
    }
    const int64_t n = dimensions.inner_extent(), stride = dimensions.inner_stride();
    const Dimensions outer = dimensions.outer();
    Odometer odometer(outer);
    int64_t* to = resolved;
    do {
        for (int64_t i = 0; i < n; ++i) {
            const int64_t index = from[odometer.offset() + i * stride];
            const bool inside = static_cast<uint64_t>(index) < static_cast<uint64_t>(extent);
            *to++ = inside ? index : resolve(op, index, axis, extent, mode);
        }
    } while (odometer.next());
    return resolved;
}

}  // namespace native
