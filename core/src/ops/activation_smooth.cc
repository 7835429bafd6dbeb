// Smooth activation functions, composed of ops.
#include <cmath>
#include <numbers>

#include "ops/op_support.h"
#include "ops/wide_computation.h"

namespace chainerx {

namespace {

// scale * x where x is positive, bound * (exp(x / width) - 1) elsewhere. expm1 sees no positive x: an
// overflow that is not taken would still make a NaN of its gradient.
Array exponential_linear(const Array& x, double scale, double bound, double width) {
    return where(
        greater(x, 0), multiply(x, scale), multiply(expm1(divide(minimum(x, 0), width)), bound));
}

}  // namespace

Array gelu(const Array& x, std::string_view approximate) {
    if (approximate != "none" && approximate != "tanh") {
        throw ValueError(
            fmt::format("gelu: approximate is '{}'; expected 'none' or 'tanh'", approximate));
    }
    return internal::computed_wide("gelu", x, [&](const Array& v) {
        if (approximate == "none")
            return multiply(multiply(v, 0.5), add(erf(multiply(v, std::numbers::sqrt2 / 2)), 1));
        const Array cubic = multiply(add(multiply(square(v), 0.044715), 1), v);
        const double slope = std::sqrt(2 / std::numbers::pi);
        return multiply(multiply(v, 0.5), add(tanh(multiply(cubic, slope)), 1));
    });
}

Array silu(const Array& x, double beta) {
    return internal::computed_wide(
        "silu", x, [&](const Array& v) { return multiply(v, sigmoid(multiply(v, beta))); });
}

Array mish(const Array& x) {
    return internal::computed_wide(
        "mish", x, [](const Array& v) { return multiply(v, tanh(softplus(v))); });
}

Array selu(const Array& x) {
    // The fixed point of Klambauer et al. (2017): activations keep mean 0 and variance 1.
    constexpr double kAlpha = 1.6732632423543772848170429916717;
    constexpr double kScale = 1.0507009873554804934193349852946;
    return internal::computed_wide("selu", x, [](const Array& v) {
        return exponential_linear(v, kScale, kScale * kAlpha, 1);
    });
}

Array celu(const Array& x, double alpha) {
    if (alpha == 0) throw ValueError("celu: alpha is 0; expected another number");
    return internal::computed_wide(
        "celu", x, [&](const Array& v) { return exponential_linear(v, 1, alpha, alpha); });
}

Array softsign(const Array& x) {
    return internal::computed_wide(
        "softsign", x, [](const Array& v) { return divide(v, add(abs(v), 1)); });
}

Array log_sigmoid(const Array& x) {
    return internal::computed_wide(
        "log_sigmoid", x, [](const Array& v) { return negative(softplus(negative(v))); });
}

}  // namespace chainerx
