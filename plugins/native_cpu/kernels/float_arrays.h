// Contiguous floating-point operands as float or double: 16-bit floats are converted to float in
// scratch memory.
#pragma once

#include <chx/chx_plugin.hpp>

#include "kernels/element_block.h"
#include "scalar_types.h"
#include "strided_copy.h"

namespace native {

inline bool is_half(chx_dtype dtype) { return dtype.bits == 16; }

// Calls f with the tag of the type that a floating-point dtype is computed in.
template <class F>
void dispatch_real(chx_dtype dtype, F&& f) {
    if (dtype.bits == 64) {
        f(TypeTag<double>{});
    } else {
        f(TypeTag<float>{});
    }
}

// A row-major copy in scratch memory, without strides.
inline chx_tensor row_major_copy(const chx_launch& launch, const chx_tensor& x) {
    const int64_t item_size = chx::item_size(x.dtype);
    chx_tensor y = x;
    y.data = chx::scratch(launch, static_cast<uint64_t>(x.numel * item_size));
    y.byte_offset = 0;
    y.strides = nullptr;
    y.flags |= CHX_T_CONTIGUOUS;
    StridedLoop loop(x);
    loop.add(x);
    loop.add(x);
    loop.replace(0, y.data, item_size);
    loop.collapse();
    copy_elements(loop, item_size);
    return y;
}

// The operand itself if it is contiguous, else a copy that is.
inline chx_tensor contiguous(const chx_launch& launch, const chx_tensor& x) {
    return chx::is_contiguous(x) ? x : row_major_copy(launch, x);
}

// A contiguous operand of a dtype that is computed in T.
template <class T>
class FloatInput {
public:
    FloatInput(const chx_launch& launch, const chx_tensor& tensor) {
        if constexpr (std::is_same_v<T, float>) {
            if (is_half(tensor.dtype)) {
                auto* wide = static_cast<T*>(
                    chx::scratch(launch, static_cast<uint64_t>(tensor.numel) * sizeof(T)));
                to_float(tensor.dtype, chx::data<const char>(tensor), tensor.numel, wide);
                data_ = wide;
                return;
            }
        }
        data_ = chx::data<const T>(tensor);
    }
    const T* data() const { return data_; }

private:
    const T* data_;
};

// A contiguous result of a dtype that is computed in T; call finish() once it is computed. An
// unwanted one (null) of `numel` elements is computed into scratch memory.
template <class T>
class FloatOutput {
public:
    FloatOutput(const chx_launch& launch, chx_tensor& tensor)
        : FloatOutput(launch, &tensor, tensor.numel) {}
    FloatOutput(const chx_launch& launch, chx_tensor* tensor, int64_t numel) : tensor_(tensor) {
        const bool converted =
            tensor == nullptr || (std::is_same_v<T, float> && is_half(tensor->dtype));
        data_ =
            converted
                ? static_cast<T*>(chx::scratch(launch, static_cast<uint64_t>(numel) * sizeof(T)))
                : chx::data<T>(*tensor);
    }
    T* data() const { return data_; }
    void finish() const {
        if constexpr (std::is_same_v<T, float>) {
            if (tensor_ != nullptr && is_half(tensor_->dtype)) {
                from_float(data_, tensor_->numel, tensor_->dtype, chx::data<char>(*tensor_));
            }
        }
    }

private:
    chx_tensor* tensor_;
    T* data_;
};

}  // namespace native
