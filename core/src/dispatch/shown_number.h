// Numbers as operands of kernels: tensors of no dimensions in host memory.
#pragma once

#include <array>
#include <cstring>

#include "array/scalar.h"
#include "array/views.h"

namespace chainerx::internal {

constexpr chx_tensor tensor_of_number(void* element, DType dtype) {
    return {element,
            {1, 0},
            0,
            to_chx_dtype(dtype),
            nullptr,
            nullptr,
            0,
            CHX_T_CONTIGUOUS | CHX_T_READONLY | CHX_T_HOST_SCALAR,
            1,
            nullptr,
            0};
}

// element: 16 aligned bytes, which the tensor is of.
[[gnu::always_inline]] inline void show_number(chx_tensor& tensor,
                                               char* element,
                                               const Scalar& scalar,
                                               DType dtype) {
    if (dtype == DType::kFloat32) {  // most often
        const auto value = static_cast<float>(scalar);
        std::memcpy(element, &value, sizeof value);
    } else {
        store_scalar(scalar, dtype, element);
    }
    tensor = tensor_of_number(element, dtype);
}

// The number 0 in all dtypes.
extern const std::array<chx_tensor, kDTypeCount> kShownZeros;

inline bool is_plain_zero(const Scalar& scalar) {
    return scalar.kind() == DTypeKind::kInt && static_cast<int64_t>(scalar) == 0;
}

}  // namespace chainerx::internal
