// What batch and layer normalization share: how oneDNN sees their arrays, and which operand is which.
#pragma once

#include <vector>

#include "computation.h"

namespace onednn {

struct Normalization {
    dnnl::memory::desc x, statistics, parameters;
    float eps;
};

inline const auto kScaleAndShift =
    dnnl::normalization_flags::use_scale | dnnl::normalization_flags::use_shift;

// Refuses arrays that oneDNN costs more to call for than it saves.
void require_normalization_work(const chx_tensor& x);

// The operands of the ops and of their gradients. Refuse launches that leave out results, as oneDNN computes all of them.
std::vector<Argument> forward_arguments(const chx_launch& launch, const Normalization& n);
std::vector<Argument> backward_arguments(const chx_launch& launch, const Normalization& n);

}  // namespace onednn
