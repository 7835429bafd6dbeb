// Losses of differences, and of distributions given by their parameters.
#include <cmath>
#include <numbers>

#include "ops/loss_reduction.h"
#include "ops/op_support.h"
#include "ops/wide_computation.h"

namespace chainerx {

namespace {

// loss(x1, x2) of arrays of one shape, computed wide and reduced.
template <typename Loss>
Array pairwise_loss(
    const char* op, const Array& x1, const Array& x2, std::string_view reduction, Loss loss) {
    internal::check_reduction(op, reduction);
    internal::check_same_shape(op, x1, x2);
    const DType dtype = internal::floating_dtype(op, {x1, x2});
    return internal::reduced_loss(
        loss(internal::widened(x1, dtype), internal::widened(x2, dtype)), reduction, dtype);
}

// A parabola up to |d| = width that goes on as a line of slope `slope`, at the same height.
Array parabola_and_lines(const Array& d, double width, double slope) {
    const Array magnitude = abs(d);
    const Array line = multiply(subtract(magnitude, width / 2), slope);
    // The parabola sees no greater d, whose square may overflow.
    const Array near = where(less(magnitude, width), d, 0);
    return where(less(magnitude, width), multiply(square(near), slope / (2 * width)), line);
}

}  // namespace

Array huber_loss(const Array& x1, const Array& x2, double delta, std::string_view reduction) {
    if (!(delta > 0)) {
        throw ValueError(fmt::format("huber_loss: delta is {}; expected above 0", delta));
    }
    return pairwise_loss("huber_loss", x1, x2, reduction, [&](const Array& a, const Array& b) {
        return parabola_and_lines(subtract(a, b), delta, delta);
    });
}

Array smooth_l1_loss(const Array& x1, const Array& x2, double beta, std::string_view reduction) {
    if (!(beta >= 0)) {
        throw ValueError(fmt::format("smooth_l1_loss: beta is {}; expected at least 0", beta));
    }
    return pairwise_loss("smooth_l1_loss", x1, x2, reduction, [&](const Array& a, const Array& b) {
        const Array d = subtract(a, b);
        return beta == 0 ? abs(d) : parabola_and_lines(d, beta, 1);
    });
}

Array mse_loss(const Array& x1, const Array& x2, std::string_view reduction) {
    return pairwise_loss("mse_loss", x1, x2, reduction, [](const Array& a, const Array& b) {
        return square(subtract(a, b));
    });
}

Array l1_loss(const Array& x1, const Array& x2, std::string_view reduction) {
    return pairwise_loss("l1_loss", x1, x2, reduction, [](const Array& a, const Array& b) {
        return abs(subtract(a, b));
    });
}

Array gaussian_kl_divergence(const Array& mean, const Array& ln_var, std::string_view reduction) {
    return pairwise_loss(
        "gaussian_kl_divergence", mean, ln_var, reduction, [](const Array& m, const Array& v) {
            return multiply(subtract(subtract(add(square(m), exp(v)), v), 1), 0.5);
        });
}

Array gaussian_nll_loss(const Array& x,
                        const Array& t,
                        const Array& var,
                        bool full,
                        double eps,
                        std::string_view reduction) {
    constexpr const char* kName = "gaussian_nll_loss";
    internal::check_reduction(kName, reduction);
    internal::check_same_shape(kName, x, t);
    const DType dtype = internal::floating_dtype(kName, {x, t, var});
    const Array variance = maximum(internal::widened(var, dtype), eps);
    const Array d = subtract(internal::widened(x, dtype), internal::widened(t, dtype));
    const Array loss = multiply(add(log(variance), divide(square(d), variance)), 0.5);
    const double constant = full ? 0.5 * std::log(2 * std::numbers::pi) : 0;
    return internal::reduced_loss(add(loss, constant), reduction, dtype);
}

Array poisson_nll_loss(
    const Array& x, const Array& t, bool log_input, double eps, std::string_view reduction) {
    return pairwise_loss("poisson_nll_loss", x, t, reduction, [&](const Array& a, const Array& b) {
        if (log_input) return subtract(exp(a), multiply(b, a));
        return subtract(a, multiply(b, log(add(a, eps))));
    });
}

Array kl_div(const Array& x, const Array& t, std::string_view reduction, bool log_target) {
    const bool is_batchmean = reduction == "batchmean";
    const Array loss = pairwise_loss(
        "kl_div", x, t, is_batchmean ? "sum" : reduction, [&](const Array& a, const Array& b) {
            if (log_target) return multiply(exp(b), subtract(b, a));
            // 0 * log(0) is 0 here, and so are its derivatives.
            const Array is_possible = greater(b, 0);
            const Array entropy = multiply(b, log(where(is_possible, b, 1)));
            return subtract(where(is_possible, entropy, 0), multiply(b, a));
        });
    if (!is_batchmean) return loss;
    return divide(loss, x.ndim() == 0 ? 1 : x.shape()[0]);
}

}  // namespace chainerx
