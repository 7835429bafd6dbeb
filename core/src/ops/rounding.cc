// Rounding: constant between the steps, so that no gradient flows.
#include "ops/op_support.h"

namespace chainerx::internal {

void gradient_ceil(GradientContext&) {}
void gradient_floor(GradientContext&) {}
void gradient_trunc(GradientContext&) {}
void gradient_round(GradientContext&) {}

}  // namespace chainerx::internal
