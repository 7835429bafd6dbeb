// Recurrent networks from C++: one step against the formula, lists of lists, and what is refused.
#include "chainerx/error.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }

TEST(Lstm, StepsTakeInterleavedGates) {
    const std::vector<Array> result =
        lstm(doubles({0.5}, {1, 1}), doubles({1, 2, -1, 0.3}, {1, 4}));
    ASSERT_EQ(result.size(), 2U);
    const double c = std::tanh(1.0) * sigmoid_of(2) + sigmoid_of(-1) * 0.5;
    expect_vector(ravel(result[0]), {c}, 1e-12);
    expect_vector(ravel(result[1]), {sigmoid_of(0.3) * std::tanh(c)}, 1e-12);
    EXPECT_THROW(lstm(doubles({0.5}, {1, 1}), doubles({1, 2}, {1, 2})), DimensionError);
}

TEST(NStepLstm, OneLayerIsStepsInARow) {
    const std::vector<std::vector<Array>> ws(1, std::vector<Array>(8, doubles({0.5}, {1, 1})));
    const std::vector<std::vector<Array>> bs(1, std::vector<Array>(8, doubles({0.25})));
    const Array start = doubles({0}, {1, 1, 1});
    const std::vector<Array> xs{doubles({1}, {1, 1}), doubles({-2}, {1, 1})};
    const std::vector<Array> result = n_step_lstm(1, start, start, ws, bs, xs);
    ASSERT_EQ(result.size(), 4U);
    double h = 0, c = 0;
    for (const double x : {1.0, -2.0}) {
        const double gate = 0.5 * x + 0.5 * h + 0.5;
        c = sigmoid_of(gate) * c + sigmoid_of(gate) * std::tanh(gate);
        h = sigmoid_of(gate) * std::tanh(c);
    }
    expect_vector(ravel(result[0]), {h}, 1e-12);
    expect_vector(ravel(result[1]), {c}, 1e-12);
    expect_vector(ravel(result[3]), {h}, 1e-12);
}

TEST(NStepGru, RefusesWeightsThatDoNotFit) {
    const std::vector<std::vector<Array>> ws(1, std::vector<Array>(5, doubles({0.5}, {1, 1})));
    const Array start = doubles({0}, {1, 1, 1});
    EXPECT_THROW(n_step_gru(1, start, ws, ws, {doubles({1}, {1, 1})}), ValueError);
}

}  // namespace
}  // namespace chainerx::testing
