// What the ops of LSTM and GRU layers share: their extents, checks of operands, and sequences as matrices.
#pragma once

#include <initializer_list>

#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx::internal {

// Of x (steps, sequences, features) and the hidden state h (sequences, units).
struct LayerExtents {
    // Throws DimensionError for another x or h.
    LayerExtents(const char* op, DimsView x, DimsView h);

    int64_t n_steps, n_sequences, n_features, n_units;
};

// Throws DimensionError unless operand i has this shape.
void check_layer_operand(const InferContext& context, int i, const char* name, DimsView expected);

// Part i of n that lie side by side along the last axis of a matrix.
inline Array gate_of(const Array& gates, int64_t i, int64_t n) {
    const int64_t units = gates.shape()[1] / n;
    return part_of(gates, 1, i * units, units);
}

// Where an activation has this value, its derivative.
inline Array sigmoid_slope(const Array& y) { return multiply(y, subtract(1, y)); }
inline Array tanh_slope(const Array& y) { return subtract(1, square(y)); }

// The steps of a sequence (steps, sequences, features), all as one matrix and one by one.
class Steps {
public:
    Steps(const Array& sequence, bool is_reverse)
        : n_{sequence.shape()[0]},
          rows_{sequence.shape()[1]},
          is_reverse_{is_reverse},
          matrix_{sequence.reshape({n_ * rows_, sequence.shape()[2]})} {}

    int64_t count() const { return n_; }
    const Array& matrix() const { return matrix_; }
    // In which place the k-th step to be taken is.
    int64_t place(int64_t k) const { return is_reverse_ ? n_ - 1 - k : k; }
    // The part of a matrix of all steps that belongs to the k-th one to be taken.
    Array step_of(const Array& all, int64_t k) const {
        return part_of(all, 0, place(k) * rows_, rows_);
    }
    // One matrix of those of the steps, which are given in the order in which they are taken.
    Array joined(std::vector<Array> steps) const;

private:
    int64_t n_, rows_;
    bool is_reverse_;
    Array matrix_;
};

}  // namespace chainerx::internal
