// Gradients of exponentials, trigonometric and hyperbolic functions, roundings and activations.
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

struct Case {
    const char* name;
    Array (*function)(const Array&);
    std::vector<double> at;
};

class ElementwiseGradient : public ::testing::TestWithParam<Case> {};

TEST_P(ElementwiseGradient, MatchesDifferences) {
    expect_gradient([&](const Array& x) { return GetParam().function(x); }, doubles(GetParam().at));
}

const Case kCases[] = {
    {"sqrt", sqrt, {0.3, 1.0, 2.6}},
    {"exp", exp, {-1.3, 0.0, 1.1}},
    {"expm1", expm1, {-1.3, 0.0, 1.1}},
    {"exp2", exp2, {-1.3, 0.0, 1.1}},
    {"log", log, {0.3, 1.0, 2.6}},
    {"log1p", log1p, {-0.4, 0.0, 2.6}},
    {"log2", log2, {0.3, 1.0, 2.6}},
    {"log10", log10, {0.3, 1.0, 2.6}},
    {"erf", erf, {-0.8, 0.0, 1.3}},
    {"sin", sin, {-2.0, 0.0, 1.1}},
    {"cos", cos, {-2.0, 0.0, 1.1}},
    {"tan", tan, {-0.6, 0.0, 1.1}},
    {"arcsin", arcsin, {-0.6, 0.0, 0.7}},
    {"arccos", arccos, {-0.6, 0.0, 0.7}},
    {"arctan", arctan, {-0.6, 0.0, 2.7}},
    {"sinh", sinh, {-0.6, 0.0, 1.7}},
    {"cosh", cosh, {-0.6, 0.0, 1.7}},
    {"tanh", tanh, {-0.6, 0.0, 1.7}},
    {"arcsinh", arcsinh, {-0.6, 0.0, 1.7}},
    {"arccosh", arccosh, {1.2, 2.0, 3.7}},
    {"arctanh", arctanh, {-0.6, 0.0, 0.7}},
    {"ceil", ceil, {-0.6, 0.4, 1.7}},
    {"floor", floor, {-0.6, 0.4, 1.7}},
    {"trunc", trunc, {-0.6, 0.4, 1.7}},
    {"round", round, {-0.6, 0.4, 1.7}},
    {"sign", sign, {-0.6, 0.4, 1.7}},
    {"relu", relu, {-0.6, 0.4, 1.7}},
    {"sigmoid", sigmoid, {-3.0, 0.0, 1.7}},
    {"leaky_relu", [](const Array& x) { return leaky_relu(x, 0.3); }, {-0.6, 0.4, 1.7}},
    {"clipped_relu", [](const Array& x) { return clipped_relu(x, 1.5); }, {-0.6, 0.4, 1.7}},
    {"elu", [](const Array& x) { return elu(x, 1.4); }, {-0.6, 0.4, 1.7}},
    {"softplus", [](const Array& x) { return softplus(x, 1.5); }, {-2.0, 0.0, 1.7}},
};

INSTANTIATE_TEST_SUITE_P(All,
                         ElementwiseGradient,
                         ::testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(ElementwiseGradient, Arctan2) {
    const Array x1 = doubles({0.7, -1.2, 2.5});
    const Array x2 = doubles({-1.3, 0.8, 1.1});
    expect_gradient([](const Array& a, const Array& b) { return arctan2(a, b); }, x1, x2);
    expect_gradient([](const Array& a) { return arctan2(a, 2.0); }, x1);
    expect_gradient([](const Array& a) { return arctan2(-1, a); }, x2);
}

TEST(ElementwiseGradient, OfTwoOperands) {
    const Array x1 = doubles({0.7, -1.2, 2.5});
    const Array x2 = doubles({-1.3, 0.8, 1.1});
    for (const auto function : {hypot, copysign, logaddexp}) {
        expect_gradient([&](const Array& a, const Array& b) { return function(a, b); }, x1, x2);
        expect_gradient([&](const Array& a) { return function(a, -2.0); }, x1);
        expect_gradient([&](const Array& a) { return function(0.5, a); }, x2);
    }
}

TEST(Activation, Values) {
    const Array x = doubles({-1000, -1, 0, 1, 1000});
    expect_vector(softplus(x),
                  {0, std::log1p(std::exp(-1)), std::log(2), 1 + std::log1p(std::exp(-1)), 1000},
                  1e-15);
    expect_vector(sigmoid(x), {0, 1 / (1 + std::exp(1)), 0.5, 1 / (1 + std::exp(-1)), 1}, 1e-15);
    expect_vector(elu(x, 2), {-2, 2 * std::expm1(-1), 0, 1, 1000}, 1e-15);
    expect_vector(leaky_relu(x, 0.5), {-500, -0.5, 0, 1, 1000});
    expect_vector(clipped_relu(x, 20), {0, 0, 0, 1, 20});
    expect_vector(
        gradient([](const Array& a) { return elu(a); }, x), {0, std::exp(-1), 1, 1, 1}, 1e-15);
}

TEST(Activation, Softmax) {
    const Array x = some_doubles({3, 4});
    expect_gradient([](const Array& a) { return softmax(a); }, x);
    expect_gradient([](const Array& a) { return softmax(a, 0); }, x);
    expect_gradient([](const Array& a) { return log_softmax(a, -1); }, x);
    const Array large = doubles({1000, 1000, 0, 0}, {2, 2});
    expect_array(softmax(large), {2, 2}, {0.5, 0.5, 0.5, 0.5});
    expect_array(log_softmax(large), {2, 2}, std::vector<double>(4, -std::log(2)), 1e-15);
    expect_array(exp(log_softmax(x)), {3, 4}, values_of(softmax(x)), 1e-14);
    expect_array(softmax(zeros({0, 3})), {0, 3}, {});
}

TEST(Exponential, Logsumexp) {
    const Array x = doubles({1000, 1000, -1000, 0}, {2, 2});
    expect_vector(logsumexp(x, Axes{1}), {1000 + std::log(2), 0}, 1e-12);
    EXPECT_NEAR(static_cast<double>(logsumexp(some_doubles({2, 3})).item()),
                std::log(static_cast<double>(sum(exp(some_doubles({2, 3}))).item())),
                1e-14);
    expect_vector(logsumexp(doubles({-INFINITY, -INFINITY}), Axes{0}, true), {-INFINITY});
    EXPECT_EQ(logsumexp(integers({1, 2})).dtype(), DType::kFloat32);
    expect_gradient([](const Array& a) { return logsumexp(a, Axes{-1}); }, some_doubles({2, 3}));
    expect_gradient([](const Array& a) { return logsumexp(a, Axes{0}, true); },
                    some_doubles({2, 3}));
}

}  // namespace
}  // namespace chainerx::testing
