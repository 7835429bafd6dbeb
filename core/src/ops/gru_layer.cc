// A layer of a GRU over sequences of equal lengths: the ops. The functions are in recurrent_layers.cc.
#include "chx/ops/recurrent.h"
#include "ops/recurrent_layer.h"

namespace chainerx::internal {

namespace {

constexpr int64_t kGates = 3;

// The operands x, h, w, r, b, from operand `first` on.
LayerExtents check_gru(const InferContext& context, int first) {
    const LayerExtents n(context.op().name, context.shape(first), context.shape(first + 1));
    check_layer_operand(context, first + 2, "w", {kGates * n.n_units, n.n_features});
    check_layer_operand(context, first + 3, "r", {kGates * n.n_units, n.n_units});
    check_layer_operand(context, first + 4, "b", {(kGates + 1) * n.n_units});
    return n;
}

struct GruOperands {
    explicit GruOperands(const Operand* from)
        : x{array_of(from[0])}, h{array_of(from[1])}, w{array_of(from[2])}, r{array_of(from[3])} {
        const Array b = array_of(from[4]);
        const int64_t units = h.shape()[1];
        from_input_bias = part_of(b, 0, 0, kGates * units);
        proposal_bias = part_of(b, 0, kGates * units, units);
    }
    Array x, h, w, r;
    Array from_input_bias, proposal_bias;
};

// What a step leaves for the gradient.
struct GruStep {
    Array update, reset, proposal;
    Array h;            // before it
    Array from_hidden;  // what is reset
};

struct GruRun {
    std::vector<GruStep> steps;  // in the order in which they are taken
    Array y;                     // all outputs as a matrix
};

GruRun run_gru(const GruOperands& of, const Steps& steps) {
    const Array from_input = linear(steps.matrix(), of.w, of.from_input_bias);
    GruRun run;
    std::vector<Array> outputs;
    Array h = of.h;
    for (int64_t k = 0; k < steps.count(); ++k) {
        const Array input = steps.step_of(from_input, k), hidden = linear(h, of.r);
        const auto gate = [&](int64_t i) {
            return sigmoid(add(gate_of(input, i, kGates), gate_of(hidden, i, kGates)));
        };
        GruStep step{
            gate(0), gate(1), Array(), h, add(gate_of(hidden, 2, kGates), of.proposal_bias)};
        step.proposal =
            tanh(add(gate_of(input, 2, kGates), multiply(step.reset, step.from_hidden)));
        h = add(multiply(subtract(1, step.update), step.proposal), multiply(step.update, h));
        outputs.push_back(h);
        run.steps.push_back(std::move(step));
    }
    run.y = steps.joined(std::move(outputs));
    return run;
}

// Gradients with respect to what the input and the hidden state add to the gates: they differ in the proposal.
struct GruGateGradients {
    Array from_input, from_hidden;
};

GruGateGradients gru_gate_gradients(const GruStep& step, const Array& gh) {
    const Array update =
        multiply(multiply(gh, subtract(step.h, step.proposal)), sigmoid_slope(step.update));
    const Array proposal =
        multiply(multiply(gh, subtract(1, step.update)), tanh_slope(step.proposal));
    const Array reset = multiply(multiply(proposal, step.from_hidden), sigmoid_slope(step.reset));
    return {concatenate({update, reset, proposal}, 1),
            concatenate({update, reset, multiply(proposal, step.reset)}, 1)};
}

}  // namespace

void infer_gru_layer(InferContext& context) {
    const LayerExtents n = check_gru(context, 0);
    context.set(0, {n.n_steps, n.n_sequences, n.n_units});
}

void gradient_gru_layer(GradientContext& context) {
    auto attrs = make_attrs<chx_attrs_gru_layer_grad>();
    attrs.reverse = context.attrs<chx_attrs_gru_layer>().reverse;
    // Differentiated again it is its own decomposition, which starts from these operands alone.
    const Array gy = context.grad(0);
    Operand operands[6] = {gy};
    for (int i = 0; i < 5; ++i) operands[1 + i] = context.input(i);
    Array gradients[5];
    dispatch(kOps[kOpGruLayerGrad], operands, 6, &attrs, gradients);
    for (int i = 0; i < 5; ++i) context.set(i, std::move(gradients[i]));
}

void decompose_gru_layer(const Operand* inputs, int, const void* attributes, Array* outputs) {
    const GruOperands of(inputs);
    const Steps steps(of.x, static_cast<const chx_attrs_gru_layer*>(attributes)->reverse != 0);
    outputs[0] = run_gru(of, steps).y.reshape({of.x.shape()[0], of.h.shape()[0], of.h.shape()[1]});
}

void infer_gru_layer_grad(InferContext& context) {
    const LayerExtents n = check_gru(context, 1);
    check_layer_operand(context, 0, "gy", {n.n_steps, n.n_sequences, n.n_units});
    for (int i = 0; i < 5; ++i) context.set(i, context.shape(1 + i));
}

void decompose_gru_layer_grad(const Operand* inputs, int, const void* attributes, Array* outputs) {
    const bool is_reverse = static_cast<const chx_attrs_gru_layer_grad*>(attributes)->reverse != 0;
    const GruOperands of(inputs + 1);
    const Steps steps(of.x, is_reverse), gy(array_of(inputs[0]), is_reverse);
    const GruRun run = run_gru(of, steps);
    const auto n = static_cast<size_t>(steps.count());
    std::vector<Array> inputs_gates(n), hidden_gates(n), hs(n);
    Array gh;
    for (size_t k = n; k-- > 0;) {
        const Array from_output = gy.step_of(gy.matrix(), static_cast<int64_t>(k));
        const Array g = gh.is_null() ? from_output : add(from_output, gh);
        GruGateGradients gates = gru_gate_gradients(run.steps[k], g);
        gh = add(matmul(gates.from_hidden, of.r), multiply(g, run.steps[k].update));
        inputs_gates[k] = std::move(gates.from_input);
        hidden_gates[k] = std::move(gates.from_hidden);
        hs[k] = run.steps[k].h;
    }
    const Array from_input = steps.joined(std::move(inputs_gates));
    const Array from_hidden = steps.joined(std::move(hidden_gates));
    outputs[0] = matmul(from_input, of.w).reshape(of.x.shape());
    outputs[1] = std::move(gh);
    outputs[2] = matmul(matrix_transpose(from_input), steps.matrix());
    outputs[3] = matmul(matrix_transpose(from_hidden), steps.joined(std::move(hs)));
    outputs[4] =
        concatenate({sum(from_input, Axes{0}), sum(gate_of(from_hidden, 2, kGates), Axes{0})}, 0);
}

}  // namespace chainerx::internal
