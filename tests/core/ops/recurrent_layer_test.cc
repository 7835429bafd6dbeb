// Layers of LSTMs and GRUs as ops: the same as step by step, gradients to second order, and what is refused.
#include "chainerx/error.h"
#include "chx/ops/recurrent.h"
#include "core/ops/array_checks.h"
#include "core/ops/decomposition_checks.h"
#include "dispatch/dispatch.h"

namespace chainerx::testing {
namespace {

using Arrays = std::vector<Array>;

constexpr int64_t kSteps = 3, kSequences = 2, kFeatures = 3, kUnits = 2;

template <class A>
Arrays layer(internal::OpId id, int n_outputs, const Arrays& operands, bool is_reverse) {
    auto attrs = internal::make_attrs<A>();
    attrs.reverse = is_reverse ? 1 : 0;
    const std::vector<Operand> inputs(operands.begin(), operands.end());
    Arrays outputs(static_cast<size_t>(n_outputs));
    internal::dispatch(
        internal::kOps[id], inputs.data(), static_cast<int>(inputs.size()), &attrs, outputs.data());
    return outputs;
}

Arrays lstm_layer(const Arrays& operands, bool is_reverse) {
    return layer<chx_attrs_lstm_layer>(internal::kOpLstmLayer, 2, operands, is_reverse);
}

Arrays gru_layer(const Arrays& operands, bool is_reverse) {
    return layer<chx_attrs_gru_layer>(internal::kOpGruLayer, 1, operands, is_reverse);
}

// x, one state or two, w, r, b.
Arrays some_operands(int n_states, int64_t n_gates) {
    Arrays operands{some_doubles({kSteps, kSequences, kFeatures})};
    for (int i = 0; i < n_states; ++i)
        operands.push_back(multiply(some_doubles({kSequences, kUnits}), 0.5 + i));
    operands.push_back(some_doubles({n_gates * kUnits, kFeatures}));
    operands.push_back(multiply(some_doubles({n_gates * kUnits, kUnits}), 0.7));
    operands.push_back(multiply(some_doubles({4 * kUnits}), 0.3));
    return operands;
}

// Equal parts along an axis.
Arrays parts_of(const Array& array, int64_t n, int axis) {
    std::vector<int64_t> indices;
    for (int64_t i = 1; i < n; ++i) indices.push_back(i * array.shape()[axis] / n);
    return split(array, indices, axis);
}

// What the functions take: the layer's weights gate by gate, in this order of the gates.
Arrays gates_of(const Array& matrix, const std::vector<size_t>& order) {
    const Arrays gates = parts_of(matrix, static_cast<int64_t>(order.size()), 0);
    Arrays chosen;
    for (const size_t i : order) chosen.push_back(gates[i]);
    return chosen;
}

Arrays joined(Arrays first, const Arrays& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

// The outputs of the only direction asked for, of a network in both directions.
Array direction_of(const Arrays& steps, bool is_reverse) {
    return parts_of(stack(steps), 2, 2)[is_reverse ? 1 : 0];
}

TEST(LstmLayer, IsStepsInARow) {
    const Arrays in = some_operands(2, 4);
    const std::vector<size_t> order{0, 1, 2, 3};
    const Arrays ws = joined(gates_of(in[3], order), gates_of(in[4], order));
    const Arrays bs = joined(gates_of(in[5], order), Arrays(4, zeros({kUnits}, DType::kFloat64)));
    const Arrays expected = n_step_bilstm(
        1, stack({in[1], in[1]}), stack({in[2], in[2]}), {ws, ws}, {bs, bs}, unstack(in[0]));
    for (const bool is_reverse : {false, true}) {
        SCOPED_TRACE(is_reverse);
        const Arrays found = lstm_layer(in, is_reverse);
        const Array y = direction_of({expected.begin() + 2, expected.end()}, is_reverse);
        expect_array(found[0], {kSteps, kSequences, kUnits}, values_of(y), 1e-12);
        expect_array(found[1],
                     {kSequences, kUnits},
                     values_of(unstack(expected[1])[is_reverse ? 1 : 0]),
                     1e-12);
    }
}

TEST(GruLayer, IsStepsInARow) {
    const Arrays in = some_operands(1, 3);
    const std::vector<size_t> order{1, 0, 2};
    const Arrays ws = joined(gates_of(in[2], order), gates_of(in[3], order));
    const Arrays biases = parts_of(in[4], 4, 0);
    const Array none = zeros({kUnits}, DType::kFloat64);
    const Arrays bs{biases[1], biases[0], biases[2], none, none, biases[3]};
    const Arrays expected =
        n_step_bigru(1, stack({in[1], in[1]}), {ws, ws}, {bs, bs}, unstack(in[0]));
    for (const bool is_reverse : {false, true}) {
        SCOPED_TRACE(is_reverse);
        const Array y = direction_of({expected.begin() + 1, expected.end()}, is_reverse);
        expect_array(
            gru_layer(in, is_reverse)[0], {kSteps, kSequences, kUnits}, values_of(y), 1e-12);
    }
}

TEST(LstmLayer, DecomposesIntoItsLeaves) {
    auto attrs = internal::make_attrs<chx_attrs_lstm_layer>();
    const Arrays in = some_operands(2, 4);
    expect_decomposes(internal::kOpLstmLayer, in, &attrs);
    auto grad_attrs = internal::make_attrs<chx_attrs_lstm_layer_grad>();
    grad_attrs.reverse = 1;
    const Array gy = some_doubles({kSteps, kSequences, kUnits});
    expect_decomposes(internal::kOpLstmLayerGrad, joined({gy, in[1]}, in), &grad_attrs);
}

TEST(GruLayer, DecomposesIntoItsLeaves) {
    auto attrs = internal::make_attrs<chx_attrs_gru_layer>();
    const Arrays in = some_operands(1, 3);
    expect_decomposes(internal::kOpGruLayer, in, &attrs);
    auto grad_attrs = internal::make_attrs<chx_attrs_gru_layer_grad>();
    grad_attrs.reverse = 1;
    const Array gy = some_doubles({kSteps, kSequences, kUnits});
    expect_decomposes(internal::kOpGruLayerGrad, joined({gy}, in), &grad_attrs);
}

TEST(LstmLayer, Gradients) {
    for (const bool is_reverse : {false, true}) {
        SCOPED_TRACE(is_reverse);
        expect_gradients([&](const Arrays& in) { return lstm_layer(in, is_reverse); },
                         some_operands(2, 4));
    }
}

TEST(GruLayer, Gradients) {
    for (const bool is_reverse : {false, true}) {
        SCOPED_TRACE(is_reverse);
        expect_gradients([&](const Arrays& in) { return gru_layer(in, is_reverse); },
                         some_operands(1, 3));
    }
}

TEST(LstmLayer, GradientOfTheCellAlone) {
    expect_gradients([](const Arrays& in) { return Arrays{lstm_layer(in, false)[1]}; },
                     some_operands(2, 4));
}

TEST(LstmLayer, RefusesOperandsThatDoNotFit) {
    for (const size_t wrong : {0, 1, 2, 3, 4, 5}) {
        SCOPED_TRACE(wrong);
        Arrays in = some_operands(2, 4);
        in[wrong] = some_doubles({7, 7});
        EXPECT_THROW(lstm_layer(in, false), DimensionError);
    }
    Arrays in = some_operands(2, 4);
    in[0] = zeros({0, kSequences, kFeatures}, DType::kFloat64);
    EXPECT_THROW(lstm_layer(in, false), DimensionError);
}

TEST(GruLayer, RefusesOperandsThatDoNotFit) {
    for (const size_t wrong : {0, 1, 2, 3, 4}) {
        SCOPED_TRACE(wrong);
        Arrays in = some_operands(1, 3);
        in[wrong] = some_doubles({7, 7});
        EXPECT_THROW(gru_layer(in, false), DimensionError);
    }
}

TEST(LstmLayer, WithoutSequences) {
    Arrays in = some_operands(2, 4);
    in[0] = zeros({kSteps, 0, kFeatures}, DType::kFloat64);
    in[1] = in[2] = zeros({0, kUnits}, DType::kFloat64);
    EXPECT_EQ(to_string(lstm_layer(in, false)[0].shape()), "(3, 0, 2)");
}

}  // namespace
}  // namespace chainerx::testing
