// The optimizers that there are: each one op per parameter, written in place.
#include <cmath>

#include "chainerx/optimizer.h"
#include "dispatch/dispatch.h"

namespace chainerx {

namespace {

void subtract_scaled(const Array& param, const Array& change, const Operand& factor) {
    const Operand operands[] = {param, change, factor};
    internal::dispatch_into(internal::kOps[internal::kOpSgd], operands, 3, nullptr, &param);
}

}  // namespace

SGD::SGD(double lr) : Optimizer({}), lr{lr} {}
SGD::~SGD() = default;

void SGD::update_param(const Array& param,
                       const Array& gradient,
                       const std::vector<Array>&,
                       const int64_t&) {
    subtract_scaled(param, gradient, shared_parameter(param, lr));
}

MomentumSGD::MomentumSGD(double lr, double momentum)
    : Optimizer({"v"}), lr{lr}, momentum{momentum} {}
MomentumSGD::~MomentumSGD() = default;

void MomentumSGD::update_param(const Array& param,
                               const Array& gradient,
                               const std::vector<Array>& arrays,
                               const int64_t&) {
    const Number rate = shared_parameter(param, lr);
    const Operand operands[] = {param, gradient, arrays[0], rate, fixed(momentum)};
    const Array outputs[] = {param, arrays[0]};
    internal::dispatch_into(
        internal::kOps[internal::kOpMomentumSgd], operands, 5, nullptr, outputs);
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
        subtract_scaled(param, param, hyper_parameter(param, [this] { return lr * weight_decay; }));
    }
    const Number corrected = hyper_parameter(param, [this, count = &steps] {
        const auto t = static_cast<double>(*count);
        return lr * std::sqrt(1 - std::pow(beta2, t)) / (1 - std::pow(beta1, t));
    });
    const Operand operands[] = {
        param, gradient, arrays[0], arrays[1], corrected, fixed(beta1), fixed(beta2), fixed(eps)};
    const Array outputs[] = {param, arrays[0], arrays[1]};
    internal::dispatch_into(internal::kOps[internal::kOpAdam], operands, 8, nullptr, outputs);
}

}  // namespace chainerx
