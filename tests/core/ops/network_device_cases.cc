// Convolution, pooling, normalization, losses and optimizers on all devices.
#include "core/ops/device_cases.h"

namespace chainerx::testing {

namespace {

Results trained(Optimizer& optimizer) {
    const Array parameter = data({2, 3}).copy();
    optimizer.add_param(parameter.require_grad());
    for (int i = 0; i < 3; ++i) {
        optimizer.zero_grad();
        sum(square(parameter - 0.25)).backward();
        optimizer.update();
    }
    return {parameter.as_grad_stopped()};
}

}  // namespace

std::vector<DeviceCase> network_cases() {
    return {
        {"Convolution",
         [] {
             return differentiated(
                 [](const Results& in) {
                     return Results{conv(in[0], in[1], in[2], {2, 1}, {1, 0}, false, {1, 2}),
                                    conv(in[0], in[1], Array(), {1}, {1}, true)};
                 },
                 {data({2, 3, 5, 6}), data({4, 3, 2, 3}), data({4})});
         }},
        {"GroupedConvolution",
         [] {
             return differentiated(
                 [](const Results& in) {
                     return Results{conv(in[0], in[1], Array(), {1}, {1}, false, {1}, 2)};
                 },
                 {data({1, 4, 6}), data({6, 2, 3})});
         }},
        {"DepthwiseConvolution",
         [] {
             return differentiated(
                 [](const Results& in) {
                     return Results{conv(in[0], in[1], in[2], {1}, {1}, false, {1}, 3)};
                 },
                 {data({2, 3, 4, 4}), data({3, 1, 3, 3}), data({3})});
         }},
        {"TransposedConvolution",
         [] {
             return differentiated(
                 [](const Results& in) {
                     return Results{conv_transpose(in[0], in[1], in[2], {2}, {1})};
                 },
                 {data({2, 3, 3, 4}), data({3, 2, 3, 3}), data({2})});
         }},
        {"ConvolutionTwice",
         [] {
             return differentiated_twice(
                 [](const Array& x, const Array& w) {
                     return square(conv(x, w, Array(), {2}, {1}));
                 },
                 data({1, 2, 4, 4}),
                 data({2, 2, 3, 3}));
         }},
        {"MaxPooling",
         [] {
             return differentiated(
                 [](const Results& in) {
                     return Results{max_pool(in[0], {2, 3}, Dims{1, 2}, {0, 1}),
                                    max_pool(in[0], {2}, Dims{2}, {0}, true)};
                 },
                 {data({2, 3, 4, 5})});
         }},
        {"AveragePooling",
         [] {
             return differentiated(
                 [](const Results& in) {
                     return Results{average_pool(in[0], {2, 3}, Dims{1, 2}, {0, 1}),
                                    average_pool(in[0], {2}, {}, {1}, "zero")};
                 },
                 {data({2, 3, 4, 5})});
         }},
        {"PoolingTwice",
         [] {
             return differentiated_twice(
                 [](const Array& x, const Array& w) {
                     return max_pool(square(x) * w, {2}) * average_pool(x, {2});
                 },
                 data({1, 2, 4, 4}),
                 data({1, 2, 4, 4}));
         }},
        {"BatchNormalization",
         [] {
             const Array running_mean = zeros({3}), running_var = ones({3});
             Results results = differentiated(
                 [&](const Results& in) {
                     return Results{batch_norm(
                         in[0], in[1], in[2], running_mean, running_var, 1e-3, 0.9, Axes{0, 2, 3})};
                 },
                 {data({4, 3, 2, 2}), positive({3}), data({3})});
             results.push_back(running_mean);
             results.push_back(running_var);
             return results;
         }},
        {"FixedBatchNormalization",
         [] {
             return differentiated(
                 [](const Results& in) {
                     return Results{fixed_batch_norm(in[0], in[1], in[2], in[3], in[4])};
                 },
                 {data({4, 3}), positive({3}), data({3}), data({3}), positive({3})});
         }},
        {"LayerNormalization",
         [] {
             return differentiated(
                 [](const Results& in) { return Results{layer_norm(in[0], {3}, in[1], in[2])}; },
                 {data({4, 3}), positive({3}), data({3})});
         }},
        {"NormalizationTwice",
         [] {
             return differentiated_twice(
                 [](const Array& x, const Array& w) { return batch_norm(x, w, zeros_like(w)) * x; },
                 data({4, 3}),
                 positive({3}));
         }},
        {"Losses",
         [] {
             return differentiated(
                 [](const Results& in) {
                     const Array labels = some_integers({2, 0, 7}),
                                 signs = reshape(
                                     some_integers({0, 1, -1, 1, 1, 0, 0, 1, 0, -1, 1, 0}), {3, 4});
                     return Results{softmax_cross_entropy(in[0], labels),
                                    sigmoid_cross_entropy(in[0], signs),
                                    squared_error(in[0], in[1]),
                                    absolute_error(in[0], in[1])};
                 },
                 {data({3, 4}), data({3, 4}, 0.3)});
         }},
        {"Accuracy",
         [] {
             return Results{accuracy(data({4, 3}), some_integers({0, 1, 2, 0})),
                            accuracy(data({4, 3}), some_integers({0, 1, -1, 0}), -1)};
         }},
        {"OptimizerSgd",
         [] {
             SGD optimizer(0.1);
             return trained(optimizer);
         }},
        {"OptimizerMomentum",
         [] {
             MomentumSGD optimizer(0.1, 0.8);
             return trained(optimizer);
         }},
        {"OptimizerAdam",
         [] {
             Adam optimizer(0.1);
             return trained(optimizer);
         }},
    };
}

}  // namespace chainerx::testing
