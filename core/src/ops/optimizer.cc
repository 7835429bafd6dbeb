// Update rules of optimizers, from element-wise ops.
#include "ops/op_support.h"

namespace chainerx::internal {

namespace {

// decay * average + (1 - decay) * value. decay is a scalar or an array.
Array moving_average(const Operand& average, const Operand& value, const Operand& decay) {
    const Array kept = multiply(average, decay);
    if (decay.is_scalar())
        return add(kept, multiply(value, 1 - static_cast<double>(decay.scalar())));
    return add(kept, multiply(value, subtract(1, decay)));
}

}  // namespace

void decompose_sgd(const Operand* inputs, int, const void*, Array* outputs) {
    const Operand& p = inputs[0];
    const Operand& g = inputs[1];
    const Operand& lr = inputs[2];
    outputs[0] = subtract(p, multiply(g, lr));
}

void decompose_momentum_sgd(const Operand* inputs, int, const void*, Array* outputs) {
    const Operand& p = inputs[0];
    const Operand& g = inputs[1];
    const Operand& v = inputs[2];
    const Operand& lr = inputs[3];
    const Operand& momentum = inputs[4];
    outputs[1] = subtract(multiply(v, momentum), multiply(g, lr));
    outputs[0] = add(p, outputs[1]);
}

void decompose_adam(const Operand* inputs, int, const void*, Array* outputs) {
    const Operand& p = inputs[0];
    const Operand& g = inputs[1];
    const Operand& m = inputs[2];
    const Operand& v = inputs[3];
    const Operand& lr = inputs[4];
    const Operand& beta1 = inputs[5];
    const Operand& beta2 = inputs[6];
    const Operand& eps = inputs[7];
    outputs[1] = moving_average(m, g, beta1);
    outputs[2] = moving_average(v, multiply(g, g), beta2);
    outputs[0] = subtract(p, divide(multiply(outputs[1], lr), add(sqrt(outputs[2]), eps)));
}

}  // namespace chainerx::internal
