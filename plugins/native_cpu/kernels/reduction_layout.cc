// Sorting and merging of a reduction's dimensions.
#include "kernels/reduction_layout.h"

#include <cstdlib>
#include <utility>

namespace native {
namespace {

void merge(Dimensions& dimensions) {
    int last = 0;
    for (int d = 1; d < dimensions.n; ++d) {
        if (dimensions.stride[last] == dimensions.stride[d] * dimensions.extent[d]) {
            dimensions.extent[last] *= dimensions.extent[d];
            dimensions.stride[last] = dimensions.stride[d];
        } else {
            ++last;
            dimensions.extent[last] = dimensions.extent[d];
            dimensions.stride[last] = dimensions.stride[d];
        }
    }
    dimensions.n = dimensions.n > 0 ? last + 1 : 0;
}

// The order of reduced dimensions is free: largest stride first, none negative.
void sort_by_stride(Dimensions& dimensions, const char*& data) {
    for (int d = 0; d < dimensions.n; ++d) {
        if (dimensions.stride[d] < 0) {
            data += dimensions.stride[d] * (dimensions.extent[d] - 1);
            dimensions.stride[d] = -dimensions.stride[d];
        }
        for (int i = d; i > 0 && dimensions.stride[i] > dimensions.stride[i - 1]; --i) {
            std::swap(dimensions.stride[i], dimensions.stride[i - 1]);
            std::swap(dimensions.extent[i], dimensions.extent[i - 1]);
        }
    }
}

}  // namespace

ReductionLayout reduction_layout(const chx_tensor& x, const int64_t* axes, int64_t n_axes) {
    bool is_reduced[CHX_MAX_NDIM] = {};
    for (int64_t i = 0; i < n_axes; ++i) {
        is_reduced[axes[i]] = true;
    }
    const int64_t item_size = chx::item_size(x.dtype);
    ReductionLayout layout{chx::data<const char>(x), {}, {}};
    for (int d = 0; d < x.ndim; ++d) {
        if (x.shape[d] != 1) {
            (is_reduced[d] ? layout.reduced : layout.kept)
                .push(x.shape[d], x.strides[d] * item_size);
        }
    }
    if (x.numel > 0) {
        sort_by_stride(layout.reduced, layout.data);
        merge(layout.reduced);
        merge(layout.kept);
    }
    return layout;
}

}  // namespace native
