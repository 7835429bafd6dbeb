// Adding calls to the graphs that their operands are part of.
#include <algorithm>
#include <cstring>
#include <new>

#include "array/views.h"
#include "autograd/make_node.h"
#include "chainerx/error.h"
#include "dispatch/dispatch.h"

namespace chainerx::internal {

namespace {

void save_nothing(Saved& saved) { new (&saved) Saved{nullptr, Scalar(), false, 0}; }

void save_body(Saved& saved, ArrayBody* body) {
    new (&saved)
        Saved{body, Scalar(), false, body->storage()->version.load(std::memory_order_acquire)};
}

// An alias that is part of no graph, made once: leaves are saved again and again. The caller owns a reference.
ArrayBody* alias_of_leaf(const Node& leaf, const ArrayBody& body) {
    ArrayBody*& kept = leaf.saved_outputs[0].body;
    ArrayBody* alias = __atomic_load_n(&kept, __ATOMIC_ACQUIRE);
    if (__builtin_expect(alias == nullptr, 0)) {
        alias = new_alias(body);
        ArrayBody* none = nullptr;
        if (!__atomic_compare_exchange_n(
                &kept, &none, alias, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
            return alias;  // another thread was faster
    } else if (__builtin_expect(alias->storage() != body.storage(), 0)) {
        return new_alias(body);  // an array that stands in for the leaf's own
    }
    retain(alias);
    return alias;
}

void save_input(ThreadContext& context, const Node& node, Saved& saved, const Operand& input) {
    if (!input.is_array()) {
        new (&saved) Saved{nullptr, input.scalar(), input.is_scalar(), 0};
        return;
    }
    ArrayBody* body = input.body();
    const AutogradMeta* first = body->autograd;
    if (first == nullptr) {
        retain(body);
        return save_body(saved, body);
    }
    // An alias: the array itself owns its gradient, whose graph may lead back here. It is part of the same graphs; what the
    // edge to the array tells is left to GradientContext::input().
    const bool is_told_by_edge = first->next == nullptr && first->graph == node.graph;
    if (is_told_by_edge && is_leaf(*first->node))
        return save_body(saved, alias_of_leaf(*first->node, *body));
    body = new_alias(*body);
    for (const AutogradMeta* meta = is_told_by_edge ? nullptr : first; meta != nullptr;
         meta = meta->next) {
        retain_node(meta->node);
        attach(context, body, meta->graph, meta->node, static_cast<int>(meta->output));
    }
    save_body(saved, body);
}

// kIsOnly: the node's graph is the only one that the inputs are part of.
template <bool kIsOnly>
[[gnu::always_inline]] inline void connect_inputs(ThreadContext& context,
                                                  Node* node,
                                                  const Operand* inputs,
                                                  int n_inputs) {
    uint64_t latest = context.sequence;
    for (int i = 0; i < n_inputs; ++i) {
        const ArrayBody* body = inputs[i].body();
        const AutogradMeta* meta = nullptr;
        if (body != nullptr) meta = kIsOnly ? body->autograd : find_meta(body, node->graph);
        if (meta == nullptr) {
            node->edges[i] = {nullptr, 0};
            continue;
        }
        retain_node(meta->node);
        node->edges[i] = {meta->node, meta->output};
        latest = std::max(latest, meta->node->sequence);
    }
    node->sequence = context.sequence = latest + 1;
}

[[gnu::noinline]] void connect_outputs(
    ThreadContext& context, Node* node, Array* outputs, int n_outputs, uint32_t auxiliary) {
    bool is_held = false;  // the node's first reference goes to the first of the arrays
    for (int i = 0; i < n_outputs; ++i) {
        ArrayBody* body = outputs[i].body();
        set_meta(node->outputs[i], *body);
        if (((auxiliary >> i) & 1u) != 0 || !can_carry_gradient(*body)) continue;
        if (!is_held) {
            attach_first(body, node, i);
            is_held = true;
            continue;
        }
        retain_node(node);
        attach(context, body, node->graph, node, i);
    }
    if (!is_held) release_node(context, node);
}

// The same for a single output.
[[gnu::always_inline]] inline void connect_output(ThreadContext& context,
                                                  Node* node,
                                                  const Array& output) {
    ArrayBody* body = output.body();
    set_meta(node->outputs[0], *body);
    if (__builtin_expect(can_carry_gradient(*body), 1)) {
        attach_first(body, node, 0);
    } else {
        release_node(context, node);
    }
}

constexpr int kMostGraphs = 16;

// The graphs that are recorded and that an input is part of. Returns their number.
int graphs_of(const ThreadContext& context,
              const Operand* inputs,
              int n_inputs,
              uint64_t (&graphs)[kMostGraphs]) {
    int n = 0;
    for (int i = 0; i < n_inputs; ++i) {
        const ArrayBody* body = inputs[i].body();
        if (body == nullptr) continue;
        for (const AutogradMeta* meta = body->autograd; meta != nullptr; meta = meta->next) {
            if (std::find(graphs, graphs + n, meta->graph) != graphs + n ||
                !is_recording(context, meta->graph))
                continue;
            if (n == kMostGraphs)
                throw GradientError(
                    "backprop: an operation takes part in more than 16 graphs at once");
            graphs[n++] = meta->graph;
        }
    }
    return n;
}

// Nearly always there is one graph, and nothing is said about its being recorded. False if it is not so.
[[gnu::always_inline]] inline bool is_one_graph(const ThreadContext& context,
                                                const Operand* inputs,
                                                int n_inputs,
                                                uint64_t& graph) {
    if (!context.modes.empty()) return false;
    bool is_found = false;
    for (int i = 0; i < n_inputs; ++i) {
        const ArrayBody* body = inputs[i].body();
        const AutogradMeta* meta = body != nullptr ? body->autograd : nullptr;
        if (meta == nullptr) continue;
        if (meta->next != nullptr || (is_found && meta->graph != graph)) return false;
        graph = meta->graph;
        is_found = true;
    }
    return is_found;
}

void save_operands(ThreadContext& context,
                   const OpDef& op,
                   Node* node,
                   const Operand* inputs,
                   const Array* outputs) {
    for (int i = 0; i < node->n_saved_inputs; ++i) {
        if (((op.saves_inputs >> i) & 1u) != 0) {
            save_input(context, *node, node->saved_inputs[i], inputs[i]);
        } else {
            save_nothing(node->saved_inputs[i]);
        }
    }
    for (int i = 0; i < node->n_saved_outputs; ++i) {
        if (((op.saves_outputs >> i) & 1u) == 0) {
            save_nothing(node->saved_outputs[i]);
            continue;
        }
        ArrayBody* body = outputs[i].body();
        if (((op.auxiliary_outputs >> i) & 1u) != 0) {
            retain(body);
        } else {
            // An alias without a graph: a node that held its own result would never be freed.
            body = new_alias(*body);
        }
        save_body(node->saved_outputs[i], body);
    }
}

template <bool kIsOnly>
[[gnu::always_inline]] inline void record_in(ThreadContext& context,
                                             uint64_t graph,
                                             const OpDef& op,
                                             const Operand* inputs,
                                             int n_inputs,
                                             const void* attrs,
                                             size_t attrs_size,
                                             Array* outputs,
                                             int n_outputs) {
    Node* node = make_node(context,
                           graph,
                           state_of(outputs[0].device()),
                           &op,
                           n_inputs,
                           n_outputs,
                           op.saves_inputs != 0 ? n_inputs : 0,
                           op.saves_outputs != 0 ? n_outputs : 0,
                           attrs_size,
                           op.is_variadic ? n_inputs : 0);
    if (__builtin_expect(node->operands != nullptr, 0)) {
        for (int i = 0; i < n_inputs; ++i) set_meta(node->operands[i], *inputs[i].body());
    }
    if (attrs_size != 0) std::memcpy(node->attrs, attrs, attrs_size);
    connect_inputs<kIsOnly>(context, node, inputs, n_inputs);
    if ((op.saves_inputs | op.saves_outputs) != 0)
        save_operands(context, op, node, inputs, outputs);
    if (n_outputs == 1) {
        connect_output(context, node, outputs[0]);
    } else {
        connect_outputs(context, node, outputs, n_outputs, op.auxiliary_outputs);
    }
}

[[gnu::noinline]] void record_in_several(ThreadContext& context,
                                         const OpDef& op,
                                         const Operand* inputs,
                                         int n_inputs,
                                         const void* attrs,
                                         size_t attrs_size,
                                         Array* outputs,
                                         int n_outputs) {
    uint64_t graphs[kMostGraphs];
    const int n_graphs = graphs_of(context, inputs, n_inputs, graphs);
    for (int k = 0; k < n_graphs; ++k) {
        record_in<false>(
            context, graphs[k], op, inputs, n_inputs, attrs, attrs_size, outputs, n_outputs);
    }
}

}  // namespace

void record(ThreadContext& context,
            const OpDef& op,
            const Operand* inputs,
            int n_inputs,
            const void* attrs,
            size_t attrs_size,
            Array* outputs,
            int n_outputs) {
    if (op.gradient == nullptr || context.no_record_depth != 0) return;
    uint64_t graph;
    if (__builtin_expect(is_one_graph(context, inputs, n_inputs, graph), 1)) {
        record_in<true>(
            context, graph, op, inputs, n_inputs, attrs, attrs_size, outputs, n_outputs);
    } else {
        record_in_several(context, op, inputs, n_inputs, attrs, attrs_size, outputs, n_outputs);
    }
}

namespace {

// Several graphs share one backward function.
struct SharedBackward : CustomBackward {
    explicit SharedBackward(std::shared_ptr<CustomBackward> shared) : shared_{std::move(shared)} {}
    void backward(GradientContext& context) override { shared_->backward(context); }
    const char* name() const override { return shared_->name(); }

private:
    std::shared_ptr<CustomBackward> shared_;
};

}  // namespace

void record_custom(const std::vector<Array>& inputs,
                   std::vector<Array>& outputs,
                   const std::shared_ptr<CustomBackward>& custom) {
    ThreadContext& context = thread_context();
    std::vector<Operand> operands;
    operands.reserve(inputs.size());
    for (const Array& input : inputs)
        operands.push_back(input.is_null() ? Operand() : Operand(input));
    const int n_inputs = static_cast<int>(operands.size());
    if (n_inputs > 255 || outputs.size() > 255)
        throw ValueError("function: at most 255 operands and 255 results");
    if (!wants_recording(context, operands.data(), n_inputs)) return;
    uint64_t graphs[kMostGraphs];
    const int n_graphs = graphs_of(context, operands.data(), n_inputs, graphs);
    for (int k = 0; k < n_graphs; ++k) {
        Node* node = make_node(context,
                               graphs[k],
                               state_of(outputs.at(0).device()),
                               nullptr,
                               n_inputs,
                               static_cast<int>(outputs.size()),
                               0,
                               0,
                               0);
        node->custom = new SharedBackward(custom);
        connect_inputs<false>(context, node, operands.data(), n_inputs);
        connect_outputs(context, node, outputs.data(), static_cast<int>(outputs.size()), 0);
    }
}

void record_view(
    const OpDef& op, const Array& input, Array& output, const void* attrs, size_t attrs_size) {
    if (input.body()->autograd == nullptr) return;
    const Operand operand(input);
    record(thread_context(), op, &operand, 1, attrs, attrs_size, &output, 1);
}

}  // namespace chainerx::internal
