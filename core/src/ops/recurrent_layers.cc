// Whole recurrent networks over sequences of different lengths: n_step_rnn, _lstm, _gru, in one or both directions.
#include <algorithm>

#include "chx/ops/recurrent.h"
#include "device/device_state.h"
#include "dispatch/ladder.h"
#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx {

namespace {

using ArrayLists = std::vector<std::vector<Array>>;

// What carries over from step to step: h alone, or h and c.
using State = std::vector<Array>;

// All steps of one layer in one direction as an op: x (steps, sequences, features); ws and bs: those for the input, then
// those for h. Returns the outputs and writes the state at the end.
struct WholeLayer {
    const internal::OpDef* op;
    Array (*run)(const Array& x,
                 const std::vector<Array>& ws,
                 const std::vector<Array>& bs,
                 bool is_backward,
                 State* state);
};

// What the networks differ in.
struct Cell {
    const char* op;
    size_t n_gates;
    // The next state, from that of the sequences that go on and the gates (n, n_gates * units) that come
    // from the input and from h.
    State (*step)(const State& state, const Array& from_input, const Array& from_hidden);
    const WholeLayer* layer = nullptr;
};

// Gate i of n that lie side by side.
Array gate(const Array& gates, int64_t i, int64_t n) {
    const int64_t units = gates.shape()[1] / n;
    return internal::slice_view(gates, internal::part_along(gates.shape(), 1, i * units, units));
}

template <Array (*activation)(const Array&)>
State rnn_step(const State&, const Array& from_input, const Array& from_hidden) {
    return {activation(add(from_input, from_hidden))};
}

State lstm_step(const State& state, const Array& from_input, const Array& from_hidden) {
    const Array gates = add(from_input, from_hidden);
    const Array written = multiply(sigmoid(gate(gates, 0, 4)), tanh(gate(gates, 2, 4)));
    const Array c = add(multiply(sigmoid(gate(gates, 1, 4)), state[1]), written);
    return {multiply(sigmoid(gate(gates, 3, 4)), tanh(c)), c};
}

State gru_step(const State& state, const Array& from_input, const Array& from_hidden) {
    const auto both = [&](int64_t i) {
        return sigmoid(add(gate(from_input, i, 3), gate(from_hidden, i, 3)));
    };
    const Array reset = both(0);
    const Array update = both(1);
    const Array proposed =
        tanh(add(gate(from_input, 2, 3), multiply(reset, gate(from_hidden, 2, 3))));
    return {add(multiply(subtract(1, update), proposed), multiply(update, state[0]))};
}

Array in_order(const std::vector<Array>& arrays, std::initializer_list<size_t> order) {
    std::vector<Array> chosen;
    for (const size_t i : order) chosen.push_back(arrays[i]);
    return concatenate(chosen, 0);
}

Array run_lstm_layer(const Array& x,
                     const std::vector<Array>& ws,
                     const std::vector<Array>& bs,
                     bool is_backward,
                     State* state) {
    auto attrs = internal::make_attrs<chx_attrs_lstm_layer>();
    attrs.reverse = is_backward ? 1 : 0;
    const Array w = in_order(ws, {0, 1, 2, 3}), r = in_order(ws, {4, 5, 6, 7});
    const Array b = add(in_order(bs, {0, 1, 2, 3}), in_order(bs, {4, 5, 6, 7}));
    const Operand operands[] = {x, (*state)[0], (*state)[1], w, r, b};
    Array outputs[2];
    internal::dispatch(internal::kOps[internal::kOpLstmLayer], operands, 6, &attrs, outputs);
    (*state)[1] = outputs[1];
    return outputs[0];
}

// The op has the update gate first.
Array run_gru_layer(const Array& x,
                    const std::vector<Array>& ws,
                    const std::vector<Array>& bs,
                    bool is_backward,
                    State* state) {
    auto attrs = internal::make_attrs<chx_attrs_gru_layer>();
    attrs.reverse = is_backward ? 1 : 0;
    const Array w = in_order(ws, {1, 0, 2}), r = in_order(ws, {4, 3, 5});
    const Array b = concatenate({add(bs[1], bs[4]), add(bs[0], bs[3]), bs[2], bs[5]}, 0);
    return internal::call(internal::kOps[internal::kOpGruLayer], {x, (*state)[0], w, r, b}, &attrs);
}

const WholeLayer kLstmLayer{&internal::kOps[internal::kOpLstmLayer], &run_lstm_layer};
const WholeLayer kGruLayer{&internal::kOps[internal::kOpGruLayer], &run_gru_layer};

// The sequences, transposed: xs[t] has the t-th elements of those that are longer than t, and they come
// in the order of falling lengths.
struct Batch {
    std::vector<int64_t> sizes, starts;  // of each step, in the joined array
    Array joined;                        // (sum of sizes, features)
    bool are_equal;                      // all sequences are as long as the longest one
};

Batch join(const char* op, const std::vector<Array>& xs, const Array& hx) {
    Batch batch;
    int64_t start = 0;
    for (const Array& x : xs) {
        const int64_t before = batch.sizes.empty() ? hx.shape()[1] : batch.sizes.back();
        if (x.ndim() != 2 || x.shape()[0] > before || x.shape()[1] != xs[0].shape()[1]) {
            throw DimensionError(
                fmt::format("{}: element {} of xs has shape {}; expected (n, features) with the "
                            "features of the "
                            "first and an n that never grows, at most {}",
                            op,
                            batch.sizes.size(),
                            to_string(x.shape()),
                            before));
        }
        batch.sizes.push_back(x.shape()[0]);
        batch.starts.push_back(start);
        start += x.shape()[0];
    }
    batch.joined = xs.size() == 1 ? xs[0] : concatenate(xs, 0);
    batch.are_equal = batch.sizes.back() == hx.shape()[1];
    return batch;
}

// Whether to leave the layer to a kernel. Without one the steps below are better than the op's decomposition, whose gradient
// takes them again.
bool is_for_kernel(const Cell& cell,
                   const Batch& batch,
                   const Array& input,
                   const std::vector<Array>& ws,
                   const std::vector<Array>& bs,
                   const State& state) {
    if (cell.layer == nullptr || !batch.are_equal || input.size() == 0) return false;
    const auto differs = [&](const Array& each) { return each.dtype() != input.dtype(); };
    for (const std::vector<Array>* list : {&ws, &bs, &state}) {
        if (std::any_of(list->begin(), list->end(), differs)) return false;
    }
    return internal::has_kernel(internal::state_of(input.device()), *cell.layer->op, input.dtype());
}

Array run_layer(const Cell& cell,
                const Batch& batch,
                const Array& input,
                const std::vector<Array>& ws,
                const std::vector<Array>& bs,
                bool is_backward,
                State* state) {
    const auto n_steps = static_cast<int64_t>(batch.sizes.size());
    const int64_t n = batch.sizes[0];
    const Array x = input.reshape({n_steps, n, input.shape()[1]});
    const Array y = cell.layer->run(x, ws, bs, is_backward, state)
                        .reshape({n_steps * n, (*state)[0].shape()[1]});
    (*state)[0] = internal::part_of(y, 0, is_backward ? 0 : (n_steps - 1) * n, n);
    return y;
}

// One layer in one direction. state: (all sequences, units) each; becomes that after the last step of
// each sequence.
Array run_direction(const Cell& cell,
                    const Batch& batch,
                    const Array& input,
                    const std::vector<Array>& ws,
                    const std::vector<Array>& bs,
                    bool is_backward,
                    State* state) {
    if (is_for_kernel(cell, batch, input, ws, bs, *state))
        return run_layer(cell, batch, input, ws, bs, is_backward, state);
    const auto joined = [&](const std::vector<Array>& all, size_t begin) {
        const std::vector<Array> part(
            all.begin() + static_cast<std::ptrdiff_t>(begin),
            all.begin() + static_cast<std::ptrdiff_t>(begin + cell.n_gates));
        return part.size() == 1 ? part[0] : concatenate(part, 0);
    };
    // All inputs at once.
    const Array from_input = linear(input, joined(ws, 0), joined(bs, 0));
    const Array hidden_weight = joined(ws, cell.n_gates);
    const Array hidden_bias = joined(bs, cell.n_gates);
    const size_t n_steps = batch.sizes.size();
    std::vector<Array> outputs(n_steps);
    for (size_t k = 0; k < n_steps; ++k) {
        const size_t t = is_backward ? n_steps - 1 - k : k;
        const int64_t n = batch.sizes[t];
        State going_on;
        for (const Array& each : *state) going_on.push_back(internal::part_of(each, 0, 0, n));
        const State next = cell.step(going_on,
                                     internal::part_of(from_input, 0, batch.starts[t], n),
                                     linear(going_on[0], hidden_weight, hidden_bias));
        for (size_t i = 0; i < state->size(); ++i) {
            const int64_t n_waiting = (*state)[i].shape()[0] - n;
            (*state)[i] =
                n_waiting == 0
                    ? next[i]
                    : concatenate({next[i], internal::part_of((*state)[i], 0, n, n_waiting)}, 0);
        }
        outputs[t] = next[0];
    }
    return n_steps == 1 ? outputs[0] : concatenate(outputs, 0);
}

void check_parameters(const Cell& cell,
                      int64_t n_layers,
                      int64_t n_directions,
                      const std::vector<Array>& initial,
                      const ArrayLists& ws,
                      const ArrayLists& bs,
                      const std::vector<Array>& xs) {
    const auto n = static_cast<size_t>(n_layers * n_directions);
    for (const Array& each : initial) {
        if (each.ndim() == 3 && each.shape()[0] == static_cast<int64_t>(n) &&
            each.shape() == initial[0].shape())
            continue;
        throw DimensionError(fmt::format(
            "{}: a state has shape {}; expected ({}, sequences, units), the same for all",
            cell.op,
            to_string(each.shape()),
            n));
    }
    bool fits = ws.size() == n && bs.size() == n;
    for (size_t i = 0; fits && i < n; ++i)
        fits = ws[i].size() == 2 * cell.n_gates && bs[i].size() == 2 * cell.n_gates;
    if (!fits) {
        throw ValueError(fmt::format(
            "{}: ws and bs have {} and {} lists; expected {}, one per layer and direction, of {} "
            "arrays each",
            cell.op,
            ws.size(),
            bs.size(),
            n,
            2 * cell.n_gates));
    }
    if (xs.empty()) throw ValueError(fmt::format("{}: xs is empty; expected one step", cell.op));
}

// initial: hx, or hx and cx: (layers * directions, sequences, units). Returns the same at the end, then
// the outputs of each step.
std::vector<Array> run(const Cell& cell,
                       int64_t n_layers,
                       int64_t n_directions,
                       const std::vector<Array>& initial,
                       const ArrayLists& ws,
                       const ArrayLists& bs,
                       const std::vector<Array>& xs) {
    if (n_layers < 1) {
        throw ValueError(fmt::format("{}: n_layers is {}; expected at least 1", cell.op, n_layers));
    }
    check_parameters(cell, n_layers, n_directions, initial, ws, bs, xs);
    const Batch batch = join(cell.op, xs, initial[0]);
    std::vector<std::vector<Array>> starts, ends(initial.size());
    for (const Array& each : initial) starts.push_back(unstack(each));
    Array y = batch.joined;
    for (int64_t layer = 0; layer < n_layers; ++layer) {
        std::vector<Array> outputs;
        for (int64_t direction = 0; direction < n_directions; ++direction) {
            const auto i = static_cast<size_t>(layer * n_directions + direction);
            State state;
            for (const std::vector<Array>& start : starts) state.push_back(start[i]);
            outputs.push_back(run_direction(cell, batch, y, ws[i], bs[i], direction == 1, &state));
            for (size_t k = 0; k < state.size(); ++k) ends[k].push_back(state[k]);
        }
        y = outputs.size() == 1 ? outputs[0] : concatenate(outputs, 1);
    }
    std::vector<Array> results;
    for (const std::vector<Array>& end : ends) results.push_back(stack(end));
    for (size_t t = 0; t < batch.sizes.size(); ++t)
        results.push_back(internal::part_of(y, 0, batch.starts[t], batch.sizes[t]));
    return results;
}

Cell rnn_cell(const char* op, std::string_view activation) {
    if (activation == "tanh") return {op, 1, &rnn_step<tanh>};
    if (activation == "relu") return {op, 1, &rnn_step<relu>};
    throw ValueError(
        fmt::format("{}: activation is '{}'; expected 'tanh' or 'relu'", op, activation));
}

}  // namespace

std::vector<Array> n_step_lstm(int64_t n_layers,
                               const Array& hx,
                               const Array& cx,
                               const ArrayLists& ws,
                               const ArrayLists& bs,
                               const std::vector<Array>& xs) {
    return run({"n_step_lstm", 4, &lstm_step, &kLstmLayer}, n_layers, 1, {hx, cx}, ws, bs, xs);
}

std::vector<Array> n_step_bilstm(int64_t n_layers,
                                 const Array& hx,
                                 const Array& cx,
                                 const ArrayLists& ws,
                                 const ArrayLists& bs,
                                 const std::vector<Array>& xs) {
    return run({"n_step_bilstm", 4, &lstm_step, &kLstmLayer}, n_layers, 2, {hx, cx}, ws, bs, xs);
}

std::vector<Array> n_step_gru(int64_t n_layers,
                              const Array& hx,
                              const ArrayLists& ws,
                              const ArrayLists& bs,
                              const std::vector<Array>& xs) {
    return run({"n_step_gru", 3, &gru_step, &kGruLayer}, n_layers, 1, {hx}, ws, bs, xs);
}

std::vector<Array> n_step_bigru(int64_t n_layers,
                                const Array& hx,
                                const ArrayLists& ws,
                                const ArrayLists& bs,
                                const std::vector<Array>& xs) {
    return run({"n_step_bigru", 3, &gru_step, &kGruLayer}, n_layers, 2, {hx}, ws, bs, xs);
}

std::vector<Array> n_step_rnn(int64_t n_layers,
                              const Array& hx,
                              const ArrayLists& ws,
                              const ArrayLists& bs,
                              const std::vector<Array>& xs,
                              std::string_view activation) {
    return run(rnn_cell("n_step_rnn", activation), n_layers, 1, {hx}, ws, bs, xs);
}

std::vector<Array> n_step_birnn(int64_t n_layers,
                                const Array& hx,
                                const ArrayLists& ws,
                                const ArrayLists& bs,
                                const std::vector<Array>& xs,
                                std::string_view activation) {
    return run(rnn_cell("n_step_birnn", activation), n_layers, 2, {hx}, ws, bs, xs);
}

}  // namespace chainerx
