// What arrays have in common.
#pragma once

#include "array/views.h"

namespace chainerx::internal {

[[gnu::always_inline]] inline bool has_same_dims(const chx_tensor& a, const chx_tensor& b) {
    return DimsView(a.shape, a.ndim) == DimsView(b.shape, b.ndim);
}

// Of one dtype, device and shape.
[[gnu::always_inline]] inline bool is_alike(const ArrayBody& a, const ArrayBody& b) {
    return a.dtype == b.dtype && a.device == b.device && has_same_dims(a.tensor, b.tensor);
}

}  // namespace chainerx::internal
