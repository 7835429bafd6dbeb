// Walking a graph from results to leaves, newest node first.
#include <memory>
#include <new>
#include <vector>

#include <fmt/format.h>

#include "autograd/gradient_context.h"
#include "autograd/node.h"
#include "autograd/pending_nodes.h"
#include "chainerx/error.h"
#include "chainerx/gradient.h"
#include "chainerx/ops.h"
#include "device/device_state.h"
#include "dispatch/call_watcher.h"
#include "dispatch/thread_context.h"

namespace chainerx {

namespace internal {

namespace {

// For results that grad() was asked for.
struct Wanted {
    Node* node;
    uint32_t output;
    Array gradient;
};

void conjugate(Array* gradients, int n) {
    for (int i = 0; i < n; ++i) {
        if (gradients[i].is_null() || kind(gradients[i].dtype()) != DTypeKind::kComplex) continue;
        gradients[i] = conj(gradients[i]);
    }
}

bool has_complex_output(const Node& node) {
    for (int i = 0; i < node.n_outputs; ++i) {
        if (kind(node.outputs[i].dtype) == DTypeKind::kComplex) return true;
    }
    return false;
}

// As many null arrays as asked for; a few without the heap.
class NullArrays {
public:
    explicit NullArrays(int n)
        : n_{n}, many_{n > kFew ? new Array[static_cast<size_t>(n)] : nullptr} {}
    ~NullArrays() {
        for (int i = 0; i < kFew && i < n_; ++i) few()[i].reset();
    }
    NullArrays(const NullArrays&) = delete;
    NullArrays& operator=(const NullArrays&) = delete;
    Array* data() { return many_ == nullptr ? few() : many_.get(); }

private:
    static constexpr int kFew = 4;
    Array* few() { return reinterpret_cast<Array*>(few_); }

    int n_;
    ArrayBody* few_[kFew] = {};  // as null arrays are
    std::unique_ptr<Array[]> many_;
};
static_assert(sizeof(Array) == sizeof(ArrayBody*));

class Backward {
public:
    Backward(uint64_t graph, bool enable_double_backprop, bool retain_graph, bool writes_slots)
        : context_{thread_context()},
          graph_{graph},
          enable_double_backprop_{enable_double_backprop},
          retain_graph_{retain_graph || enable_double_backprop},
          writes_slots_{writes_slots},
          pending_{context_} {}

    Backward(const Backward&) = delete;
    Backward& operator=(const Backward&) = delete;

    void want(Node* node, uint32_t output) { wanted_.push_back({node, output, Array()}); }
    const std::vector<Wanted>& wanted() const { return wanted_; }

    void start(const AutogradMeta& meta, Array gradient) {
        if (accumulate(meta.node, meta.output, std::move(gradient))) retain_node(meta.node);
    }

    // scale: what the gradients are divided by at the end.
    void run(std::optional<double> scale) {
        const size_t depth = context_.modes.size();
        // Graphs of inner scopes never record the backward pass of an outer one; the graph itself only on request.
        context_.modes.push_back(
            {false, enable_double_backprop_ ? graph_ + 1 : graph_, UINT64_MAX});
        struct Restore {
            ThreadContext& context;
            size_t depth;
            ~Restore() { context.modes.resize(depth); }
        } restore{context_, depth};
        scale_ = scale;
        while (!pending_.empty()) {
            PendingNode pending = pending_.pop();
            struct Hold {
                ThreadContext& context;
                Node* node;
                ~Hold() { release_node(context, node); }
            } hold{context_, pending.node};
            visit(*pending.node, pending.data());
        }
    }

private:
    // Whether the node was not pending before: then it takes over a reference.
    bool accumulate(Node* node, uint32_t output, Array&& gradient) {
        const auto [sum, is_new] = pending_.find_or_add(node, output);
        if (sum->is_null()) {
            new (sum) Array(std::move(gradient));
        } else {
            *sum = add(*sum, gradient);
        }
        return is_new;
    }

    void visit(Node& node, Array* gradients) {
        if (!wanted_.empty()) note_wanted(node, gradients);
        if (writes_slots_) store_in_slots(node, gradients, is_leaf(node));
        if (is_leaf(node)) return;
        if (__builtin_expect(node.is_released, 0)) throw_released(node);
        propagate(node, gradients);
        if (retain_graph_) return;
        if ((node.n_saved_inputs | node.n_saved_outputs) != 0 || node.custom != nullptr)
            free_saved(&node);
        node.is_released = true;
        for (int i = 0; i < node.n_inputs; ++i) {
            if (Node* before = std::exchange(node.edges[i].node, nullptr))
                release_node(context_, before);
        }
    }

    [[gnu::noinline]] void note_wanted(const Node& node, const Array* gradients) {
        for (Wanted& wanted : wanted_) {
            if (wanted.node == &node) wanted.gradient = scaled(gradients[wanted.output]);
        }
    }

    [[noreturn, gnu::noinline]] static void throw_released(const Node& node) {
        throw GradientError(fmt::format(
            "backward: the graph behind {} was freed by an earlier backward; pass "
            "enable_double_backprop=True to the first one, or compute the results again",
            node.op != nullptr ? node.op->name : "a function"));
    }

    void propagate(Node& node, Array* output_gradients) {
        NullArrays list(node.n_inputs);
        Array* gradients = list.data();
        GradientContext context(node, output_gradients, gradients, enable_double_backprop_);
        if (node.custom != nullptr) {
            node.custom->backward(context);
        } else if (!node.op->has_own_complex_gradient && has_complex_output(node)) {
            // The gradient of a real L by z = x + iy is dL/dx + i dL/dy. Of a holomorphic y = f(z) it is conj(f'(z)) times that by
            // y: what the rule for real numbers, f' times the gradient, gives between conjugates.
            conjugate(output_gradients, node.n_outputs);
            node.op->gradient(context);
            conjugate(gradients, node.n_inputs);
        } else {
            node.op->gradient(context);
        }
        for (int i = 0; i < node.n_inputs; ++i) {
            Edge& edge = node.edges[i];
            if (gradients[i].is_null() || edge.node == nullptr) continue;
            const OutputMeta& meta = edge.node->outputs[edge.output];
            if (gradients[i].shape() != meta.view()) gradients[i] = fit(node, gradients[i], meta);
            if (gradients[i].dtype() != meta.dtype) gradients[i] = gradients[i].astype(meta.dtype);
            if (is_leaf(*edge.node) && writes_slots_ && !scale_) {
                // Nothing comes after it that its gradient would have to wait for.
                store_in_slots(*edge.node, &gradients[i], true);
                continue;
            }
            if (!accumulate(edge.node, edge.output, std::move(gradients[i]))) continue;
            if (retain_graph_) {
                retain_node(edge.node);
            } else {
                edge.node = nullptr;  // its reference goes with the gradient
            }
        }
    }

    // Element-wise ops broadcast their operands: their gradients are summed back.
    [[gnu::noinline]] static Array fit(const Node& node,
                                       const Array& gradient,
                                       const OutputMeta& meta) {
        const bool broadcasts = node.op != nullptr && node.op->kind == OpKind::kElementwise;
        if (!broadcasts) {
            throw GradientError(
                fmt::format("backward: {} returned a gradient of shape {} for an input of shape {}",
                            node.op != nullptr ? node.op->name : node.custom->name(),
                            to_string(gradient.shape()),
                            to_string(meta.view())));
        }
        return sum_to(gradient, meta.view());
    }

    Array scaled(const Array& gradient) {
        return gradient.is_null() || !scale_ ? gradient : divide(gradient, Scalar(*scale_));
    }

    // is_last: nobody needs the gradients afterwards.
    [[gnu::always_inline]] void store_in_slots(const Node& node, Array* gradients, bool is_last) {
        if (Node::SlotEntry* entry = node.slots.load(std::memory_order_acquire))
            store_in_each(entry, gradients, is_last);
    }
    void store_in_each(Node::SlotEntry* entry, Array* gradients, bool is_last) {
        for (; entry != nullptr; entry = entry->next) {
            Array& gradient = gradients[entry->output];
            if (gradient.is_null()) continue;
            Array incoming = is_last && entry->next == nullptr && !scale_ ? std::move(gradient)
                                                                          : scaled(gradient);
            if (put_in_empty_slot(*entry->slot, incoming)) continue;
            write_slot(*entry->slot, add(read_slot(*entry->slot), incoming));
        }
    }

    ThreadContext& context_;
    uint64_t graph_;
    bool enable_double_backprop_, retain_graph_, writes_slots_;
    std::optional<double> scale_;
    PendingNodes pending_;
    std::vector<Wanted> wanted_;
};

Array start_gradient(const Array& output,
                     const AutogradMeta& meta,
                     std::optional<double> loss_scale) {
    if (meta.slot != nullptr) {
        // The slot's gradient is the start value; it is added again below, so it is taken out.
        const Array own = read_slot(*meta.slot);
        if (!own.is_null()) {
            write_slot(*meta.slot, Array());
            return own;
        }
    }
    return full(
        Shape(output.shape()), Scalar(loss_scale.value_or(1.0)), output.dtype(), &output.device());
}

}  // namespace
}  // namespace internal

namespace internal {
namespace {

void backward_from(const Array* outputs, size_t n, const BackwardOptions& options) {
    check_valid_backprop_id(options.backprop_id);
    const BackwardScope watched(thread_context());
    const uint64_t graph = options.backprop_id.ordinal();
    Backward walk(graph, options.enable_double_backprop, false, true);
    for (size_t i = 0; i < n; ++i) {
        const AutogradMeta* meta = find_meta(outputs[i].body(), graph);
        if (meta == nullptr) continue;
        walk.start(*meta, start_gradient(outputs[i], *meta, options.loss_scale));
    }
    walk.run(options.loss_scale);
}

}  // namespace
}  // namespace internal

void backward(const Array& output, const BackwardOptions& options) {
    internal::backward_from(&output, 1, options);
}

void backward(const std::vector<Array>& outputs, const BackwardOptions& options) {
    internal::backward_from(outputs.data(), outputs.size(), options);
}

std::vector<Array> grad(const std::vector<Array>& outputs,
                        const std::vector<Array>& inputs,
                        const GradOptions& options) {
    check_valid_backprop_id(options.backprop_id);
    const uint64_t graph = options.backprop_id.ordinal();
    if (!options.grad_outputs.empty() && options.grad_outputs.size() != outputs.size()) {
        throw ValueError(fmt::format(
            "grad: {} grad_outputs were given for {} outputs; expected one each (or none at all)",
            options.grad_outputs.size(),
            outputs.size()));
    }
    const internal::BackwardScope watched(internal::thread_context());
    internal::Backward walk(graph, options.enable_double_backprop, options.retain_graph, false);
    std::vector<int> position(inputs.size(), -1);
    int n_wanted = 0;
    for (size_t i = 0; i < inputs.size(); ++i) {
        const internal::AutogradMeta* meta = internal::find_meta(inputs[i].body(), graph);
        if (meta == nullptr) continue;
        walk.want(meta->node, meta->output);
        position[i] = n_wanted++;
    }
    for (size_t i = 0; i < outputs.size(); ++i) {
        const internal::AutogradMeta* meta = internal::find_meta(outputs[i].body(), graph);
        if (meta == nullptr) continue;
        const bool is_given = i < options.grad_outputs.size() && !options.grad_outputs[i].is_null();
        walk.start(*meta,
                   is_given ? astype(options.grad_outputs[i], outputs[i].dtype(), false)
                            : full(Shape(outputs[i].shape()),
                                   Scalar(options.loss_scale.value_or(1.0)),
                                   outputs[i].dtype(),
                                   &outputs[i].device()));
    }
    walk.run(options.loss_scale);
    std::vector<Array> gradients(inputs.size());
    for (size_t i = 0; i < inputs.size(); ++i) {
        if (position[i] < 0) continue;
        gradients[i] = walk.wanted()[static_cast<size_t>(position[i])].gradient;
        if (options.set_grad && inputs[i].is_grad_required(options.backprop_id))
            inputs[i].set_grad(gradients[i], options.backprop_id);
    }
    return gradients;
}

}  // namespace chainerx
