// The contiguous loops of the optimizers, chosen once for this processor.
#pragma once

#include <cstdint>

namespace native {

// One loop over n elements of every operand and result, all arrays of one type. Results may be the
// operands' memory.
using OptimizerLoop = void (*)(const void* const* in, void* const* out, int64_t n);

// The operands after those of the parameter's shape, lr and the like, are arrays too, or in `single`
// one element each.
struct OptimizerLoops {
    struct Variants {
        OptimizerLoop arrays, single;
    };
    Variants f32, f64;
};

OptimizerLoops sgd_loops();
OptimizerLoops momentum_sgd_loops();
OptimizerLoops adam_loops();

}  // namespace native
