// What a gradient function is given: the gradients of the outputs and what was saved; what it sets: those of the inputs.
#pragma once

#include <vector>

#include "autograd/node.h"
#include "chainerx/array.h"

namespace chainerx::internal {

class GradientContext {
public:
    GradientContext(Node& node, Array* output_gradients, Array* input_gradients, bool is_recording)
        : node_{node},
          output_gradients_{output_gradients},
          input_gradients_{input_gradients},
          is_recording_{is_recording} {}

    const OpDef& op() const { return *node_.op; }
    int n_inputs() const { return node_.n_inputs; }
    int n_outputs() const { return node_.n_outputs; }
    // Whether the gradient of input i is asked for.
    bool wants(int i) const { return node_.edges[i].node != nullptr; }
    bool has_grad(int i = 0) const { return !output_gradients_[i].is_null(); }
    // The gradient of output i; zeros if none came.
    const Array& grad(int i = 0);
    // The same, to pass on as it is: the last use of it.
    Array take_grad(int i = 0) {
        grad(i);
        return std::move(output_gradients_[i]);
    }
    // Operands and results that the op's row saves. Throw GradientError if they were written since.
    Operand input(int i);
    Array output(int i);
    // Whether the gradients will be differentiated again: compute from inputs, not from auxiliary outputs.
    bool is_recording() const { return is_recording_; }
    // Of what was input i; valid for inputs whose gradient is wanted, and for all of a variadic op.
    DimsView input_shape(int i) const {
        if (node_.operands != nullptr) return node_.operands[i].view();
        return node_.edges[i].node->outputs[node_.edges[i].output].view();
    }
    // For inputs whose gradient is wanted.
    DType input_dtype(int i) const {
        return node_.edges[i].node->outputs[node_.edges[i].output].dtype;
    }
    DimsView output_shape(int i = 0) const { return node_.outputs[i].view(); }
    template <typename T>
    const T& attrs() const {
        return *static_cast<const T*>(node_.attrs);
    }
    // The gradient of input i. Where the input was broadcast, the sum over broadcast axes is taken for you.
    void set(int i, Array gradient) {
        if (wants(i)) input_gradients_[i] = std::move(gradient);
    }

private:
    Node& node_;
    Array* output_gradients_;
    Array* input_gradients_;
    bool is_recording_;
    std::vector<Array> connected_;  // operands handed out by input()
};

// The sum over the axes along which shape was broadcast to array's shape.
Array sum_to(const Array& array, DimsView shape);

}  // namespace chainerx::internal
