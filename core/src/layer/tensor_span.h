// Which bytes of its memory a tensor spans.
#pragma once

#include <cstdint>

#include "chx/chx_plugin.h"

namespace chainerx::internal {

// Relative to the tensor's base: [begin, end), from its lowest element to its highest.
struct ByteSpan {
    int64_t begin, end;
};

inline ByteSpan span_of(const chx_tensor& tensor) {
    const auto offset = static_cast<int64_t>(tensor.byte_offset);
    if (tensor.numel == 0) return {offset, offset};
    const int64_t item = tensor.dtype.bits / 8;
    int64_t low = 0, high = 0;
    for (int i = 0; i < tensor.ndim; ++i) {
        const int64_t reach = (tensor.shape[i] - 1) * tensor.strides[i];
        (reach < 0 ? low : high) += reach;
    }
    return {offset + low * item, offset + (high + 1) * item};
}

}  // namespace chainerx::internal
