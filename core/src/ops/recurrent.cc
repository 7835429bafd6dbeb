// Steps of recurrent networks whose gates come as one array: LSTM, S-LSTM and tree-structured LSTM.
#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx {

namespace {

// Array i of the n that lie along axis 1 of x (N, n * C, ...): element by element one of each gate, or
// block by block.
enum class GateOrder { kInterleaved, kBlocks };
std::vector<Array> gates_of(const char* op, const Array& x, int64_t n, GateOrder order) {
    if (x.ndim() < 2 || x.shape()[1] % n != 0) {
        throw DimensionError(fmt::format(
            "{}: x has shape {}; expected (N, {} * C, ...)", op, to_string(x.shape()), n));
    }
    const int64_t n_units = x.shape()[1] / n;
    Shape shape{x.shape()[0]};
    shape.push_back(order == GateOrder::kInterleaved ? n_units : n);
    shape.push_back(order == GateOrder::kInterleaved ? n : n_units);
    for (int i = 2; i < x.ndim(); ++i) shape.push_back(x.shape()[i]);
    const Array floating = x.astype(is_inexact(x.dtype()) ? x.dtype() : DType::kFloat32, false);
    return unstack(floating.reshape(shape), order == GateOrder::kInterleaved ? 2 : 1);
}

void check_cell(const char* op, const Array& c, const Array& gate) {
    bool fits = c.ndim() == gate.ndim();
    for (int i = 1; fits && i < c.ndim(); ++i) fits = c.shape()[i] == gate.shape()[i];
    if (fits && c.shape()[0] >= gate.shape()[0]) return;
    throw DimensionError(
        fmt::format("{}: c has shape {} and x has gates of shape {}; expected the same, or a batch "
                    "that is no larger in x",
                    op,
                    to_string(c.shape()),
                    to_string(gate.shape())));
}

}  // namespace

std::vector<Array> lstm(const Array& c, const Array& x) {
    const std::vector<Array> gates = gates_of("lstm", x, 4, GateOrder::kInterleaved);
    check_cell("lstm", c, gates[0]);
    const int64_t n = x.shape()[0];
    const Array kept = multiply(sigmoid(gates[2]), internal::part_of(c, 0, 0, n));
    Array c_next = add(multiply(tanh(gates[0]), sigmoid(gates[1])), kept);
    const Array h = multiply(sigmoid(gates[3]), tanh(c_next));
    const int64_t n_ended = c.shape()[0] - n;
    if (n_ended > 0) c_next = concatenate({c_next, internal::part_of(c, 0, n, n_ended)}, 0);
    return {c_next, h};
}

std::vector<Array> slstm(const Array& c1, const Array& c2, const Array& x1, const Array& x2) {
    const std::vector<Array> gates1 = gates_of("slstm", x1, 4, GateOrder::kInterleaved);
    const std::vector<Array> gates2 = gates_of("slstm", x2, 4, GateOrder::kInterleaved);
    for (const auto& [c, gate] : {std::pair{c1, gates1[0]}, {c2, gates2[0]}, {c1, gates2[0]}}) {
        if (c.shape() == gate.shape()) continue;
        throw DimensionError(
            fmt::format("slstm: a cell has shape {} and gates have shape {}; expected the same",
                        to_string(c.shape()),
                        to_string(gate.shape())));
    }
    const auto branch = [](const Array& c, const std::vector<Array>& gates) {
        return add(multiply(tanh(gates[0]), sigmoid(gates[1])), multiply(sigmoid(gates[2]), c));
    };
    const Array c = add(branch(c1, gates1), branch(c2, gates2));
    return {c, multiply(sigmoid(add(gates1[3], gates2[3])), tanh(c))};
}

std::vector<Array> tree_lstm(const std::vector<Array>& arrays) {
    if (arrays.size() < 2) {
        throw ValueError(fmt::format(
            "tree_lstm: {} arrays were given; expected the cells of at least one child, "
            "then x",
            arrays.size()));
    }
    const auto n_children = static_cast<int64_t>(arrays.size()) - 1;
    const std::vector<Array> gates =
        gates_of("tree_lstm", arrays.back(), 3 + n_children, GateOrder::kBlocks);
    Array c = multiply(tanh(gates[0]), sigmoid(gates[1]));
    for (int64_t child = 0; child < n_children; ++child) {
        const Array& cell = arrays[static_cast<size_t>(child)];
        if (cell.shape() != c.shape()) {
            throw DimensionError(
                fmt::format("tree_lstm: cell {} has shape {}; expected {}, that of a gate in x",
                            child,
                            to_string(cell.shape()),
                            to_string(c.shape())));
        }
        c = add(c, multiply(sigmoid(gates[static_cast<size_t>(3 + child)]), cell));
    }
    return {c, multiply(sigmoid(gates[2]), tanh(c))};
}

}  // namespace chainerx
