// What the rules, gradients and decompositions in this folder share.
#pragma once

#include <fmt/format.h>

#include "array/views.h"
#include "autograd/gradient_context.h"
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "dispatch/dispatch.h"

namespace chainerx::internal {

// The array behind an operand; throws TypeError-like DtypeError if it is a scalar.
inline Array array_of(const Operand& operand) {
    retain(operand.body());
    return Array(operand.body());
}

}  // namespace chainerx::internal
