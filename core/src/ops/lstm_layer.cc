// A layer of an LSTM over sequences of equal lengths: the ops. The functions are in recurrent_layers.cc.
#include "chx/ops/recurrent.h"
#include "ops/recurrent_layer.h"

namespace chainerx::internal {

namespace {

constexpr int64_t kGates = 4;

// The operands x, h, c, w, r, b, from operand `first` on.
LayerExtents check_lstm(const InferContext& context, int first) {
    const LayerExtents n(context.op().name, context.shape(first), context.shape(first + 1));
    const int64_t gates = kGates * n.n_units;
    check_layer_operand(context, first + 2, "c", {n.n_sequences, n.n_units});
    check_layer_operand(context, first + 3, "w", {gates, n.n_features});
    check_layer_operand(context, first + 4, "r", {gates, n.n_units});
    check_layer_operand(context, first + 5, "b", {gates});
    return n;
}

struct LstmOperands {
    explicit LstmOperands(const Operand* from)
        : x{array_of(from[0])},
          h{array_of(from[1])},
          c{array_of(from[2])},
          w{array_of(from[3])},
          r{array_of(from[4])},
          b{array_of(from[5])} {}
    Array x, h, c, w, r, b;
};

// What a step leaves for the gradient: the activations of its gates, the state before it, and tanh(c) behind it.
struct LstmStep {
    Array in, forget, cell, out, h, c, tanh_c;
};

struct LstmRun {
    std::vector<LstmStep> steps;  // in the order in which they are taken
    Array y, c;                   // all outputs as a matrix, the cell at the end
};

LstmRun run_lstm(const LstmOperands& of, const Steps& steps) {
    const Array from_input = linear(steps.matrix(), of.w, of.b);
    LstmRun run;
    std::vector<Array> outputs;
    Array h = of.h;
    run.c = of.c;
    for (int64_t k = 0; k < steps.count(); ++k) {
        const Array gates = add(steps.step_of(from_input, k), linear(h, of.r));
        LstmStep step{sigmoid(gate_of(gates, 0, kGates)),
                      sigmoid(gate_of(gates, 1, kGates)),
                      tanh(gate_of(gates, 2, kGates)),
                      sigmoid(gate_of(gates, 3, kGates)),
                      h,
                      run.c,
                      Array()};
        run.c = add(multiply(step.forget, run.c), multiply(step.in, step.cell));
        step.tanh_c = tanh(run.c);
        h = multiply(step.out, step.tanh_c);
        outputs.push_back(h);
        run.steps.push_back(std::move(step));
    }
    run.y = steps.joined(std::move(outputs));
    return run;
}

// The gradient with respect to the gates of a step, before their activations; gc is that of c behind the step, and becomes
// that of c before it.
Array lstm_gate_gradients(const LstmStep& step, const Array& gh, Array& gc) {
    gc = add(gc, multiply(multiply(gh, step.out), tanh_slope(step.tanh_c)));
    const Array gates = concatenate({multiply(multiply(gc, step.cell), sigmoid_slope(step.in)),
                                     multiply(multiply(gc, step.c), sigmoid_slope(step.forget)),
                                     multiply(multiply(gc, step.in), tanh_slope(step.cell)),
                                     multiply(multiply(gh, step.tanh_c), sigmoid_slope(step.out))},
                                    1);
    gc = multiply(gc, step.forget);
    return gates;
}

}  // namespace

void infer_lstm_layer(InferContext& context) {
    const LayerExtents n = check_lstm(context, 0);
    context.set(0, {n.n_steps, n.n_sequences, n.n_units});
    context.set(1, context.shape(2));
}

void gradient_lstm_layer(GradientContext& context) {
    auto attrs = make_attrs<chx_attrs_lstm_layer_grad>();
    attrs.reverse = context.attrs<chx_attrs_lstm_layer>().reverse;
    // Differentiated again it is its own decomposition, which starts from these operands alone.
    const Array gy = context.grad(0), gc = context.grad(1);
    Operand operands[8] = {gy, gc};
    for (int i = 0; i < 6; ++i) operands[2 + i] = context.input(i);
    Array gradients[6];
    dispatch(kOps[kOpLstmLayerGrad], operands, 8, &attrs, gradients);
    for (int i = 0; i < 6; ++i) context.set(i, std::move(gradients[i]));
}

void decompose_lstm_layer(const Operand* inputs, int, const void* attributes, Array* outputs) {
    const LstmOperands of(inputs);
    const Steps steps(of.x, static_cast<const chx_attrs_lstm_layer*>(attributes)->reverse != 0);
    LstmRun run = run_lstm(of, steps);
    outputs[0] = run.y.reshape({of.x.shape()[0], of.h.shape()[0], of.h.shape()[1]});
    outputs[1] = std::move(run.c);
}

void infer_lstm_layer_grad(InferContext& context) {
    const LayerExtents n = check_lstm(context, 2);
    check_layer_operand(context, 0, "gy", {n.n_steps, n.n_sequences, n.n_units});
    check_layer_operand(context, 1, "gc_end", {n.n_sequences, n.n_units});
    for (int i = 0; i < 6; ++i) context.set(i, context.shape(2 + i));
}

void decompose_lstm_layer_grad(const Operand* inputs, int, const void* attributes, Array* outputs) {
    const bool is_reverse = static_cast<const chx_attrs_lstm_layer_grad*>(attributes)->reverse != 0;
    const LstmOperands of(inputs + 2);
    const Steps steps(of.x, is_reverse), gy(array_of(inputs[0]), is_reverse);
    const LstmRun run = run_lstm(of, steps);
    const auto n = static_cast<size_t>(steps.count());
    std::vector<Array> gates(n), hs(n);
    Array gh, gc = array_of(inputs[1]);
    for (size_t k = n; k-- > 0;) {
        const Array from_output = gy.step_of(gy.matrix(), static_cast<int64_t>(k));
        gates[k] = lstm_gate_gradients(
            run.steps[k], gh.is_null() ? from_output : add(from_output, gh), gc);
        gh = matmul(gates[k], of.r);
        hs[k] = run.steps[k].h;
    }
    const Array all = steps.joined(std::move(gates));
    const Array transposed = matrix_transpose(all);
    outputs[0] = matmul(all, of.w).reshape(of.x.shape());
    outputs[1] = std::move(gh);
    outputs[2] = std::move(gc);
    outputs[3] = matmul(transposed, steps.matrix());
    outputs[4] = matmul(transposed, steps.joined(std::move(hs)));
    outputs[5] = sum(all, Axes{0});
}

}  // namespace chainerx::internal
