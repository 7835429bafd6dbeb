// Programs as nodes of a graph.
#include "chainerx/error.h"
#include "chainerx/operators.h"
#include "chainerx/program.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

Array weights() { return doubles({0.5, -1, 2}).require_grad(); }

std::vector<Array> body(const std::vector<Array>& in, const Array& w) {
    const Array h = tanh(in[0] * w);
    return {h * h, sum(exp(h))};
}

TEST(ProgramGradient, IsThatOfTheFunction) {
    const Array w = weights();
    const auto f = compile([&](const std::vector<Array>& in) { return body(in, w); });
    for (int i = 0; i < 4; ++i) {
        const Array x = doubles({0.1 + 0.2 * i, 0.5, -0.3}).require_grad();
        const Array gy = doubles({1, 2, 3.0 + i});
        const auto options = [&] {
            GradOptions result;
            result.grad_outputs = {gy, array<double>({0.5}, {})};
            return result;
        };
        const std::vector<Array> expected = grad(body({x}, w), {x, w}, options());
        const std::vector<Array> given = grad(f({x}), {x, w}, options());
        for (size_t k = 0; k < 2; ++k) expect_array(given[k], {3}, values_of(expected[k]), 1e-12);
    }
    EXPECT_EQ(f.programs().size(), 1u);
}

TEST(ProgramGradient, PassesNumericalChecks) {
    const Array w = weights();
    const auto f = compile([&](const std::vector<Array>& in) { return body(in, w); });
    const Array x = doubles({0.1, 0.5, -0.3}).require_grad();
    const std::vector<Array> grad_outputs = {doubles({1, 2, 3}), array<double>({0.5}, {})};
    const CheckedFunction function = [&](const std::vector<Array>& in) { return f(in); };
    EXPECT_NO_THROW(check_backward(function, {x}, grad_outputs, {full_like(x, 1e-5)}));
}

TEST(ProgramGradient, SeveralRunsAreSeveralNodes) {
    const auto f =
        compile([&](const std::vector<Array>& in) { return std::vector<Array>{in[0] * in[0]}; });
    const Array x = doubles({2}).require_grad();
    f({x});
    const Array y = f({f({f({x})[0].as_grad_stopped().require_grad()})[0]})[0];
    EXPECT_EQ(f.programs().size(), 1u);
    const Array z = f({f({x})[0]})[0];
    z.backward();
    expect_vector(x.grad(), {32});
    expect_vector(y.as_grad_stopped(), {256});
}

TEST(ProgramGradient, AccumulatesIntoWeights) {
    const Array w = weights();
    const auto f =
        compile([&](const std::vector<Array>& in) { return std::vector<Array>{sum(in[0] * w)}; });
    const Array x = doubles({1, 2, 3});
    for (int i = 1; i <= 3; ++i) {
        f({x})[0].backward();
        expect_vector(w.grad(), {1.0 * i, 2.0 * i, 3.0 * i});
    }
}

TEST(ProgramGradient, NotRecordedWhereNobodyWantsIt) {
    const Array w = weights();
    const auto f =
        compile([&](const std::vector<Array>& in) { return std::vector<Array>{sum(in[0] * w)}; });
    const NoBackpropModeScope scope;
    EXPECT_FALSE(f({doubles({1, 2, 3})})[0].is_connected_to_any());
    EXPECT_FALSE(f({doubles({1, 2, 3})})[0].is_connected_to_any());
}

TEST(ProgramGradient, WritesInBetweenAreNoticed) {
    const Array w = weights();
    const auto f = compile(
        [&](const std::vector<Array>& in) { return std::vector<Array>{sum(in[0] * w * w)}; });
    const Array x = doubles({1, 2, 3});
    f({x});
    const Array y = f({x})[0];
    {
        const NoBackpropModeScope scope;
        w += 1;
    }
    EXPECT_THROW(y.backward(), GradientError);
}

TEST(ProgramGradient, SecondDerivativesAreRefused) {
    const auto f =
        compile([&](const std::vector<Array>& in) { return std::vector<Array>{in[0] * in[0]}; });
    const Array x = doubles({2}).require_grad();
    f({x});
    BackwardOptions options;
    options.enable_double_backprop = true;
    EXPECT_THROW(f({x})[0].backward(options), GradientError);
}

TEST(ProgramGradient, MaySkipResults) {
    const auto f = compile([&](const std::vector<Array>& in) {
        return std::vector<Array>{in[0] * 2, in[0] * 3, argmax(in[0])};
    });
    const Array x = doubles({1, 2}).require_grad();
    f({x});
    const std::vector<Array> y = f({x});
    EXPECT_FALSE(y[2].is_connected_to_any());
    expect_vector(grad({y[1]}, {x})[0], {3, 3});
}

}  // namespace
}  // namespace chainerx::testing
