// Element-wise functions, reductions and products on all devices.
#include <cmath>
#include <complex>

#include "core/ops/device_cases.h"

namespace chainerx::testing {

std::vector<DeviceCase> math_cases() {
    return {
        {"Arithmetic",
         [] {
             return differentiated(
                 [](const Results& in) {
                     return Results{
                         in[0] + in[1] * 2, in[0] - in[1], in[0] / in[1], 1.0 / in[1], -in[0]};
                 },
                 {data({2, 3, 1}), data({1, 4})});
         }},
        {"Functions",
         [] {
             return differentiated(
                 [](const Results& in) {
                     const Array& x = in[0];
                     return Results{exp(x),
                                    log(x),
                                    sqrt(x),
                                    tanh(x),
                                    sin(x),
                                    cos(x),
                                    arctan(x),
                                    sigmoid(x),
                                    square(x),
                                    power(x, 2.5),
                                    erf(x),
                                    log1p(x),
                                    abs(x),
                                    reciprocal(x)};
                 },
                 {positive({3, 4})});
         }},
        {"Activations",
         [] {
             return differentiated(
                 [](const Results& in) {
                     const Array& x = in[0];
                     return Results{relu(x),
                                    leaky_relu(x),
                                    clipped_relu(x, 0.5),
                                    elu(x),
                                    softplus(x),
                                    softmax(x),
                                    log_softmax(x, 0),
                                    logsumexp(x, Axes{1})};
                 },
                 {data({3, 4})});
         }},
        {"Selection",
         [] {
             return differentiated(
                 [](const Results& in) {
                     return Results{where(in[0] > in[1], in[0], in[1] * 2),
                                    maximum(in[0], in[1]),
                                    minimum(in[0], 0.25),
                                    clip(in[0], -0.5, 0.5)};
                 },
                 {data({3, 1}), data({4}, 0.1)});
         }},
        {"Comparisons",
         [] {
             const Array x = data({2, 3}), y = flip(x);
             return Results{x == y,
                            x != y,
                            x<y, x <= 0.25, x> y,
                            x >= y,
                            isnan(log(x)),
                            isinf(x / 0),
                            isfinite(x),
                            logical_and(x, y),
                            logical_not(x),
                            logical_xor(x > 0, y)};
         }},
        {"Integers",
         [] {
             const Array x = some_integers({7, -7, 100, 0}, DType::kInt8),
                         y = some_integers({2, 2, 3, -1}, DType::kInt8);
             return Results{x + y,
                            x * y,
                            x * 100,
                            floor_divide(x, y),
                            x % y,
                            fmod(x, y),
                            x & y,
                            x | y,
                            x ^ y,
                            bitwise_not(x),
                            left_shift(x, 2),
                            right_shift(x, y),
                            gcd(x, y),
                            lcm(x, y),
                            bitwise_count(x),
                            packbits(x),
                            floor_divide(x, 0),
                            x / y,
                            abs(x),
                            sign(x),
                            power(x, abs(y)),
                            maximum(x, y),
                            sum(x),
                            prod(y),
                            x + data({4})};
         }},
        {"Complex",
         [] {
             const Array x = data({3}) * std::complex<double>(1, 2),
                         y = data({3}, 2) + std::complex<double>(0, 1);
             return Results{x + y,
                            x * y,
                            x / y,
                            exp(x),
                            sqrt(x),
                            abs(x),
                            x == y,
                            sum(x),
                            matmul(reshape(x, {1, 3}), reshape(y, {3, 1})),
                            power(x, y),
                            sign(x),
                            cumsum(x)};
         }},
        {"Reductions",
         [] {
             return differentiated(
                 [](const Results& in) {
                     const Array& x = in[0];
                     return Results{sum(x),
                                    sum(x, Axes{1}, true),
                                    prod(x, Axes{0, 2}),
                                    max(x, Axes{1}),
                                    min(x),
                                    mean(x, Axes{-1}),
                                    var(x, Axes{0}),
                                    std(x),
                                    cumsum(x, 1),
                                    cumsum(x),
                                    max(x, Axes{0, 1, 2}, true)};
                 },
                 {data({2, 3, 4})});
         }},
        {"IndexReductions",
         [] {
             const Array x = data({2, 3, 4});
             return Results{argmax(x),
                            argmax(x, 1),
                            argmin(x, -1, true),
                            any(x > 0.9, Axes{0}),
                            all(x > -0.9, Axes{1, 2}),
                            any(x),
                            all(x),
                            count_nonzero(x > 0, Axes{1}),
                            argmax(x * std::nan(""), 0)};
         }},
        {"Products",
         [] {
             return differentiated(
                 [](const Results& in) {
                     return Results{matmul(in[0], in[1]),
                                    matmul(in[0], in[2]),
                                    dot(in[2], in[2]),
                                    dot(in[0], in[2]),
                                    matmul(in[2], in[1]),
                                    linear(in[0], in[3], in[2], 2)};
                 },
                 {data({2, 3, 4}), data({4, 5}), data({4}), data({4, 4})});
         }},
        {"IntegerProducts",
         [] {
             return Results{matmul(reshape(arange(6), {2, 3}), reshape(arange(6), {3, 2})),
                            dot(arange(4), arange(4))};
         }},
    };
}

}  // namespace chainerx::testing
