// Restoring what was saved for a gradient.
#include "autograd/gradient_context.h"

#include <fmt/format.h>

#include "array/views.h"
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "device/device_state.h"
#include "dispatch/thread_context.h"

namespace chainerx::internal {

namespace {

void check_version(const Saved& saved, const char* op) {
    if (saved.body->storage()->version.load(std::memory_order_acquire) == saved.version) return;
    throw GradientError(
        fmt::format("backward: an array of shape {} that the gradient of {} needs was written in "
                    "place after it was "
                    "used; write into a copy, or call backward before",
                    to_string({saved.body->tensor.shape, saved.body->tensor.ndim}),
                    op));
}

}  // namespace

const Array& GradientContext::grad(int i) {
    Array& gradient = output_gradients_[i];
    if (gradient.is_null()) {
        const OutputMeta& meta = node_.outputs[i];
        gradient = zeros(Shape(meta.view()), meta.dtype, node_.device);
    }
    return gradient;
}

Operand GradientContext::input(int i) {
    if (i >= node_.n_saved_inputs)
        throw GradientError(
            fmt::format("{}: its row in sdk/ops.toml does not save input {}", node_.op->name, i));
    const Saved& saved = node_.saved_inputs[i];
    if (saved.body == nullptr) return saved.is_scalar ? Operand(saved.scalar) : Operand();
    check_version(saved, node_.op->name);
    const Edge& edge = node_.edges[i];
    if (!is_recording_ || saved.body->autograd != nullptr || edge.node == nullptr)
        return Operand(saved.body);
    // Differentiating again: it stands for the array that it is an alias of.
    retain(saved.body);
    connected_.push_back(raw_alias(Array(saved.body)));
    attach_alias(thread_context(), connected_.back().body(), node_.graph, edge.node, edge.output);
    return Operand(connected_.back());
}

Array GradientContext::output(int i) {
    if (i >= node_.n_saved_outputs || node_.saved_outputs[i].body == nullptr) {
        throw GradientError(
            fmt::format("{}: its row in sdk/ops.toml does not save output {}", node_.op->name, i));
    }
    const Saved& saved = node_.saved_outputs[i];
    check_version(saved, node_.op->name);
    retain(saved.body);
    Array alias(saved.body);
    const bool is_auxiliary = ((node_.op->auxiliary_outputs >> i) & 1u) != 0;
    if (!is_recording_ || is_auxiliary || !is_inexact(alias.dtype())) return alias;
    // Differentiating again: it stands for this node's output.
    Array connected = raw_alias(alias);
    attach_alias(thread_context(), connected.body(), node_.graph, &node_, static_cast<uint32_t>(i));
    return connected;
}

Array sum_to(const Array& array, DimsView shape) {
    if (array.shape() == shape) return array;
    const int added = array.ndim() - shape.size();
    Axes axes;
    for (int i = 0; i < array.ndim(); ++i) {
        if (i < added || (shape[i - added] == 1 && array.shape()[i] != 1)) axes.push_back(i);
    }
    Array summed = axes.empty() ? array : sum(array, axes, true);
    return summed.shape() == shape ? summed : reshape(summed, Shape(shape));
}

}  // namespace chainerx::internal
