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

}  // namespace

const int64_t* resolve_indices(const chx_launch& launch,
                               const char* op,
                               const chx_tensor& indices,
                               int64_t axis,
                               int64_t extent,
                               int32_t mode) {
    auto* resolved = static_cast<int64_t*>(
        chx::scratch(launch, static_cast<uint64_t>(indices.numel) * sizeof(int64_t)));
    if (indices.numel == 0) {
        return resolved;
    }
    if (extent == 0) {
        throw chx::Error(CHX_E_INVALID,
                         std::string(op) + ": axis " + std::to_string(axis) +
                             " has extent 0, where no index is valid; index a non-empty axis");
    }
    Dimensions dimensions;
    for (int d = 0; d < indices.ndim; ++d) {
        dimensions.push(indices.shape[d], indices.strides[d]);
    }
    const auto* from = chx::data<const int64_t>(indices);
    Odometer odometer(dimensions);
    for (int64_t i = 0; i < indices.numel; ++i, odometer.next()) {
        int64_t index = from[odometer.offset()];
        if (index < 0 || index >= extent) {
            if (mode == CHX_TAKE_MODE_CLIP) {
                index = std::clamp<int64_t>(index, 0, extent - 1);
            } else if (mode == CHX_TAKE_MODE_WRAP) {
                index = (index % extent + extent) % extent;
            } else if (index >= -extent && index < 0) {
                index += extent;
            } else {
                refuse(op, "index " + std::to_string(index) + " is out of range", axis, extent);
            }
        }
        resolved[i] = index;
    }
    return resolved;
}

}  // namespace native
