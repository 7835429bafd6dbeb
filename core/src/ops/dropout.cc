// Dropout of elements and of channels with bits of a counter-based generator: the same on every device.
#include <algorithm>
#include <cmath>

#include "ops/index_arithmetic.h"
#include "ops/op_support.h"
#include "ops/random_draws.h"
#include "ops/wide_computation.h"

namespace chainerx {

namespace {

void check_p(const char* op, double p) {
    if (p >= 0 && p <= 1) return;
    throw ValueError(fmt::format("{}: p is {}; expected a probability, 0 to 1", op, p));
}

// true with probability 1 - p.
Array keep_mask(DimsView shape, double p, Device& device, random::Generator* generator) {
    // Of 2 ** 32 words, the lowest share p is dropped.
    const auto threshold =
        static_cast<int64_t>(std::min(std::ceil(std::ldexp(p, 32)), 0xFFFFFFFFp0));
    const Array words = internal::random_words(total_size(shape), device, generator);
    return greater_equal(words, threshold).reshape(shape);
}

// x with what a mask of that shape, broadcast, drops.
Array dropped(
    const Array& x, DimsView mask_shape, double p, bool training, random::Generator* generator) {
    const Array v = x.astype(is_inexact(x.dtype()) ? x.dtype() : DType::kFloat32, false);
    if (!training || p == 0) return v.view();
    if (p == 1) return multiply(v, 0);
    const Array is_kept = keep_mask(mask_shape, p, x.device(), generator);
    return where(is_kept, multiply(v, 1 / (1 - p)), 0);
}

}  // namespace

Array dropout(const Array& x, double p, bool training, random::Generator* generator) {
    check_p("dropout", p);
    return dropped(x, x.shape(), p, training, generator);
}

Array feature_dropout(const Array& x, double p, bool training, random::Generator* generator) {
    check_p("feature_dropout", p);
    if (x.ndim() < 2) {
        throw DimensionError(fmt::format("feature_dropout: x has shape {}; expected (N, C, ...)",
                                         to_string(x.shape())));
    }
    Shape shape = Shape::filled(x.ndim(), 1);
    shape[0] = x.shape()[0];
    shape[1] = x.shape()[1];
    return dropped(x, shape, p, training, generator);
}

Array alpha_dropout(const Array& x, double p, bool training, random::Generator* generator) {
    check_p("alpha_dropout", p);
    if (!training || p == 0) return dropped(x, x.shape(), 0, false, generator);
    // What is dropped becomes the limit of selu at minus infinity; then mean 0 and variance 1 are restored.
    constexpr double kLimit =
        -1.0507009873554804934193349852946 * 1.6732632423543772848170429916717;
    return internal::computed_wide("alpha_dropout", x, [&](const Array& v) {
        if (p == 1) return multiply(v, 0);
        const double scale = 1 / std::sqrt((1 - p) * (1 + p * kLimit * kLimit));
        const Array is_kept = keep_mask(v.shape(), p, v.device(), generator);
        return add(multiply(where(is_kept, v, kLimit), scale), -scale * p * kLimit);
    });
}

Array gumbel_softmax(
    const Array& x, double tau, bool hard, int64_t axis, random::Generator* generator) {
    if (!(tau > 0))
        throw ValueError(fmt::format("gumbel_softmax: tau is {}; expected above 0", tau));
    const int along = normalize_axis("gumbel_softmax", axis, x.ndim());
    return internal::computed_wide("gumbel_softmax", x, [&](const Array& v) {
        const Array noise = random::gumbel(0, 1, v.shape(), v.dtype(), &v.device(), generator);
        const Array soft = softmax(divide(add(v, noise), tau), along);
        if (!hard) return soft;
        // One at the greatest, with the gradient of what is soft.
        const Array places = expand_dims(argmax(soft, along), {along});
        Shape shape = Shape::filled(v.ndim(), 1);
        shape[along] = v.shape()[along];
        const Array indices = internal::index_range(0, 1, v.shape()[along], v.device());
        const Array one = equal(places, indices.reshape(shape)).astype(v.dtype());
        return add(subtract(one, soft.as_grad_stopped()), soft);
    });
}

}  // namespace chainerx
