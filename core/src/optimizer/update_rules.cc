// The optimizers that there are: each one op per parameter, which is written in place.
#include <cmath>

#include "chainerx/optimizer.h"
#include "dispatch/dispatch.h"
#include "optimizer/update_call.h"

namespace chainerx {

SGD::SGD(double lr) : Optimizer({}), lr{lr} {}
SGD::~SGD() = default;

void SGD::update_param(const Array& param,
                       const Array& gradient,
                       const std::vector<Array>&,
                       const int64_t&) {
    const Array* operands[] = {&param, &gradient};
    const Number rate = shared_parameter(param, lr);
    const Operand numbers[] = {rate};
    update_call().run(internal::kOps[internal::kOpSgd], operands, numbers);
}

MomentumSGD::MomentumSGD(double lr, double momentum)
    : Optimizer({"v"}), lr{lr}, momentum{momentum} {}
MomentumSGD::~MomentumSGD() = default;

void MomentumSGD::update_param(const Array& param,
                               const Array& gradient,
                               const std::vector<Array>& arrays,
                               const int64_t&) {
    const Array* operands[] = {&param, &gradient, &arrays[0]};
    const Number rate = shared_parameter(param, lr);
    const Operand numbers[] = {rate, fixed(momentum)};
    update_call().run(internal::kOps[internal::kOpMomentumSgd], operands, numbers);
}

Adam::Adam(double lr, double beta1, double beta2, double eps, double weight_decay)
    : Optimizer({"m", "v"}),
      lr{lr},
      beta1{beta1},
      beta2{beta2},
      eps{eps},
      weight_decay{weight_decay} {}
Adam::~Adam() = default;

void Adam::update_param(const Array& param,
                        const Array& gradient,
                        const std::vector<Array>& arrays,
                        const int64_t& steps) {
    if (fixed(weight_decay) != 0) {
        const Number decay = hyper_parameter(param, [this] { return lr * weight_decay; });
        const Operand operands[] = {param, param, decay};
        internal::dispatch_into(internal::kOps[internal::kOpSgd], operands, 3, nullptr, &param);
    }
    const Number corrected = hyper_parameter(param, [this, count = &steps] {
        const auto t = static_cast<double>(*count);
        return lr * std::sqrt(1 - std::pow(beta2, t)) / (1 - std::pow(beta1, t));
    });
    const Array* operands[] = {&param, &gradient, &arrays[0], &arrays[1]};
    const Operand numbers[] = {corrected, fixed(beta1), fixed(beta2), fixed(eps)};
    update_call().run(internal::kOps[internal::kOpAdam], operands, numbers);
}

}  // namespace chainerx
