// The whole surface on devices with few kernels (primdev) and none (nulldev): the same results as on native.
#include <cmath>
#include <complex>
#include <functional>
#include <ostream>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"
#include "core/test_devices.h"

namespace chainerx::testing {
namespace {

using Results = std::vector<Array>;

struct Case {
    const char* name;
    std::function<Results()> run;  // on the default device
    // Ops that have neither a primitive nor a decomposition: a device without a kernel of its own leaves them to the host.
    std::set<std::string> host_ops = {};
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

// Distinct values from -1 to 1 without zero, on the default device. Every second dimension is stored backwards.
Array data(const Shape& shape, double shift = 0) {
    Array x = add(some_doubles(shape), shift).astype(DType::kFloat32);
    Axes reversed;
    for (int i = 1; i < x.ndim(); i += 2) reversed.push_back(i);
    return reversed.empty() ? x : flip(flip(x, reversed).copy(), reversed);
}
Array positive(const Shape& shape) { return data(shape, 1.5); }

// What a function returns, and the gradients of all of it.
Results differentiated(const std::function<Results(const Results&)>& function, Results inputs) {
    for (Array& input : inputs) input = input.as_grad_stopped().require_grad();
    Results results = function(inputs);
    GradOptions options;
    for (const Array& result : results)
        options.grad_outputs.push_back(is_floating(result.dtype())
                                           ? data(Shape(result.shape())).astype(result.dtype())
                                           : Array());
    for (Array& gradient : grad(results, inputs, options)) {
        if (!gradient.is_null()) results.push_back(gradient);
    }
    return results;
}

Results differentiated_twice(const std::function<Array(const Array&, const Array&)>& function,
                             const Array& x,
                             const Array& w) {
    const Array a = x.as_grad_stopped().require_grad(), b = w.as_grad_stopped().require_grad();
    GradOptions options;
    options.enable_double_backprop = true;
    const Array y = function(a, b);
    options.grad_outputs = {data(Shape(y.shape())).require_grad()};
    const Results first = grad({y}, {a, b}, options);
    Results results;
    for (const Array& gradient :
         grad({sum(square(first[0])) + sum(square(first[1]))}, {a, b, options.grad_outputs[0]})) {
        if (!gradient.is_null()) results.push_back(gradient);
    }
    return results;
}

// Writes at an index and returns what became of the array.
template <typename Value>
Array written(const Array& x, const std::vector<ArrayIndex>& index, const Value& value) {
    const Array copy = x.copy();
    copy.set_at(index, value);
    return copy;
}

Array some_integers(const std::vector<int64_t>& values, DType dtype = DType::kInt64) {
    return integers(values).astype(dtype);
}

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

const Case kCases[] = {
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
             [](const Array& x, const Array& w) { return square(conv(x, w, Array(), {2}, {1})); },
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
                             signs = reshape(some_integers({0, 1, -1, 1, 1, 0, 0, 1, 0, -1, 1, 0}),
                                             {3, 4});
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
    {"Take",
     [] {
         return differentiated(
             [](const Results& in) {
                 const Array& x = in[0];
                 return Results{take(x, some_integers({2, 0, -1, 2}), 0),
                                take(x, some_integers({7, -1, 3}), std::nullopt),
                                take(x, some_integers({5, -9}), 1, "wrap"),
                                take(x, some_integers({5, -9}), 1, "clip"),
                                take_along_axis(x, reshape(some_integers({1, 0, 3}), {3, 1}), 1)};
             },
             {data({3, 4})});
     }},
    {"BasicIndexing",
     [] {
         return differentiated(
             [](const Results& in) {
                 const Array& x = in[0];
                 return Results{x.at({1}),
                                x.at({Slice{{}, {}, -2}, 2}),
                                x.at({ArrayIndex::ellipsis(), ArrayIndex::new_axis(), Slice{1, 3}}),
                                x.at({0, 0, 0})};
             },
             {data({3, 4, 2})});
     }},
    {"AdvancedIndexing",
     [] {
         return differentiated(
             [](const Results& in) {
                 const Array& x = in[0];
                 return Results{x.at({some_integers({2, 0, 0})}),
                                x.at({Slice{}, some_integers({1, -1})}),
                                x.at({some_integers({0, 1, 2}), some_integers({3, 0, 3})}),
                                x.at({Slice{1, 3}, reshape(some_integers({0, 1, 2, 3}), {2, 2})})};
             },
             {data({3, 4})});
     }},
    // How many elements a mask selects is known only when it was counted.
    {"Masks",
     [] {
         return differentiated(
             [](const Results& in) {
                 return Results{in[0].at({in[0] > 0}),
                                in[0].at({some_integers({1, 0, 1}).astype(DType::kBool)})};
             },
             {data({3, 4})});
     },
     {"chx.nonzero"}},
    {"NonZero", [] { return nonzero(data({3, 4}) > 0.2); }, {"chx.nonzero"}},
    {"BasicAssignment",
     [] {
         const Array x = data({3, 4});
         return Results{written(x, {1}, Scalar(7)),
                        written(x, {Slice{{}, {}, 2}, 1}, data({2})),
                        written(x, {ArrayIndex::ellipsis()}, data({4})),
                        written(x, {Slice{}, Slice{{}, {}, -1}}, x)};
     }},
    // Of repeated indices the last one has to win, which no primitive promises.
    {"AdvancedAssignment",
     [] {
         const Array x = data({3, 4});
         return Results{written(x, {some_integers({2, 0})}, data({2, 4})),
                        written(x, {some_integers({1, 1})}, data({2, 4})),
                        written(x, {some_integers({0, 1}), some_integers({3, 3})}, Scalar(5)),
                        written(x, {Slice{}, some_integers({0, -1})}, data({3, 2}))};
     },
     {"chx.scatter"}},
    {"MaskedAssignment",
     [] {
         const Array x = data({3, 4});
         return Results{written(x, {x > 0}, Scalar(0)), written(x, {x > 2}, Scalar(9))};
     },
     {"chx.nonzero", "chx.scatter"}},
    {"Joining",
     [] {
         return differentiated(
             [](const Results& in) {
                 return Results{concatenate({in[0], in[1]}, 1),
                                concatenate({in[0], in[1]}, std::nullopt),
                                stack({in[0], in[0] * 2}, 1),
                                hstack({in[0], in[1]}),
                                vstack({in[0], in[0]}),
                                dstack({in[0], in[0]})};
             },
             {data({2, 3}), data({2, 1})});
     }},
    {"Rearranging",
     [] {
         return differentiated(
             [](const Results& in) {
                 const Array& x = in[0];
                 return Results{reshape(transpose(x), {6}),
                                repeat(x, {2}, 1),
                                repeat(x, {1, 3}, 0),
                                tile(x, {2, 1, 2}),
                                roll(x, {1}, Axes{1}),
                                roll(x, {-4}),
                                flip(x, Axes{0}),
                                tril(x, -1),
                                triu(x),
                                diag(x, 1),
                                split(x, {1}, 1)[1],
                                copy(x),
                                moveaxis(x, {0}, {1})};
             },
             {data({2, 3})});
     }},
    {"Creation",
     [] {
         const std::vector<Array> grids = meshgrid({arange(3), data({2})}, "ij");
         return Results{arange(5),
                        arange(1, 8, 2, DType::kUInt8),
                        arange(0.5, 3.0, 0.5),
                        linspace(0, 1, 5),
                        linspace(1, -1, 4, false),
                        eye(3, 4, 1),
                        identity(2, DType::kInt8),
                        tri(3, 2, -1),
                        full({2, 2}, 7),
                        ones({2}, DType::kBool),
                        zeros_like(data({2})),
                        full_like(data({3}), 2.5),
                        diagflat(arange(3), -1),
                        diag(data({2})),
                        grids[0],
                        grids[1],
                        full({}, Scalar(std::complex<double>(1, 2)))};
     }},
    {"Random",
     [] {
         random::seed(42);
         return Results{random::uniform(0, 1, Shape{5}),
                        random::uniform(-2, 3, Shape{2, 3}, DType::kFloat64),
                        random::normal(0, 1, Shape{7}),
                        random::normal(1, 2, Shape{}, DType::kFloat64),
                        random::uniform(0, 1, Shape{3}, DType::kFloat16)};
     }},
    {"InPlace",
     [] {
         const Array x = data({3, 4}).copy();
         x += Scalar(1);
         x *= data({4});
         x.at({1}) -= data({4});
         transpose(x) /= positive({3});
         const Array i = arange(4).copy();
         i += some_integers({1, 1, 1, 1}, DType::kInt8);
         x.at({Slice{}, 0}).fill(-1);
         return Results{x, i};
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
    {"Empty",
     [] {
         return differentiated(
             [](const Results& in) {
                 const Array& x = in[0];
                 return Results{x + 1,
                                sum(x),
                                sum(x, Axes{0}),
                                prod(x),
                                matmul(x, data({3, 2})),
                                matmul(transpose(x), x),
                                concatenate({x, data({1, 3})}),
                                relu(x),
                                softmax(x),
                                cumsum(x, 0),
                                take(x, zeros({0}, DType::kInt64), 0),
                                transpose(x),
                                mean(x, Axes{1})};
             },
             {data({0, 3})});
     }},
    {"HalfPrecision",
     [] {
         const Array x = data({3, 4}).astype(DType::kFloat16),
                     y = positive({4, 2}).astype(DType::kBFloat16);
         return Results{x + x,
                        exp(x),
                        sum(x, Axes{0}),
                        max(x),
                        x * 0.1,
                        matmul(x, transpose(x)),
                        exp(y),
                        sum(y),
                        matmul(transpose(y), y),
                        x.astype(DType::kBFloat16),
                        softmax(x),
                        cumsum(x, 1)};
     }},
};

double tolerance_of(DType dtype) {
    switch (dtype) {
        case DType::kFloat16:
            return 2e-3;
        case DType::kBFloat16:
            return 2e-2;
        case DType::kFloat32:
        case DType::kComplex64:
            return 5e-6;
        case DType::kFloat64:
        case DType::kComplex128:
            return 1e-12;
        default:
            return 0;
    }
}

bool is_close(double a, double b, double tolerance) {
    return a == b || (std::isnan(a) && std::isnan(b)) ||
           std::abs(a - b) <= tolerance * (1 + std::abs(b));
}

void expect_same(const Array& actual, const Array& expected) {
    ASSERT_EQ(to_string(actual.shape()), to_string(expected.shape()));
    ASSERT_EQ(dtype_name(actual.dtype()), dtype_name(expected.dtype()));
    std::vector<std::complex<double>> a(static_cast<size_t>(actual.size())), b = a;
    actual.to_device(native()).astype(DType::kComplex128).copy_to_host(a.data());
    expected.astype(DType::kComplex128).copy_to_host(b.data());
    const double tolerance = tolerance_of(actual.dtype());
    for (size_t i = 0; i < a.size(); ++i) {
        ASSERT_TRUE(is_close(a[i].real(), b[i].real(), tolerance) &&
                    is_close(a[i].imag(), b[i].imag(), tolerance))
            << "at " << i << ": " << a[i] << " instead of " << b[i];
    }
}

class OnDevices : public ::testing::TestWithParam<Case> {
protected:
    static void compare(Device& device) {
        const Results expected = GetParam().run();
        reset_fallback_stats();
        const DeviceScope scope(device);
        const Results actual = GetParam().run();
        ASSERT_EQ(actual.size(), expected.size());
        for (size_t i = 0; i < actual.size(); ++i) {
            SCOPED_TRACE("result " + std::to_string(i));
            EXPECT_EQ(&actual[i].device(), &device);
            expect_same(actual[i], expected[i]);
        }
    }
};

TEST_P(OnDevices, Primitives) {
    primdev();
    compare(primdev());
    for (const FallbackCount& entry : fallback_stats()) {
        if (entry.device != "primdev:0" || entry.step != FallbackStep::kHost) continue;
        EXPECT_TRUE(GetParam().host_ops.count(entry.op) != 0)
            << entry.op << " of " << entry.dtype << " ran on the host";
    }
}

TEST_P(OnDevices, NoKernels) { compare(nulldev()); }
TEST_P(OnDevices, AnotherIndex) { compare(native(1)); }

INSTANTIATE_TEST_SUITE_P(All, OnDevices, ::testing::ValuesIn(kCases), [](const auto& info) {
    return info.param.name;
});

}  // namespace
}  // namespace chainerx::testing
