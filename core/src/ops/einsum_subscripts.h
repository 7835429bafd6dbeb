// The subscripts of einsum, read: which label every axis of every operand and of the result has.
#pragma once

#include <string_view>
#include <vector>

#include "chainerx/array.h"

namespace chainerx::internal {

// One label per axis: a letter's code, or a negative number for an axis that an ellipsis stands for (the last one is -1).
using Labels = std::vector<int>;

struct EinsumSubscripts {
    std::vector<Labels> inputs;
    Labels output;
};

// Throws ValueError for subscripts that are not well formed, DimensionError for operands that they do not fit.
EinsumSubscripts read_subscripts(std::string_view subscripts, const std::vector<Array>& operands);

}  // namespace chainerx::internal
