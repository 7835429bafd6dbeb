// Freeing nodes, what threads record, and the leaves of a graph.
#include "autograd/node.h"

#include <utility>

#include "autograd/make_node.h"

namespace chainerx::internal {

namespace {

inline void destroy_saved(Saved* saved, int n) {
    for (int i = 0; i < n; ++i) {
        if (saved[i].body != nullptr) release(saved[i].body);
    }
}

}  // namespace

void release_slot(GradSlot* slot) noexcept {
    if (slot->references.drop()) delete slot;
}

void free_saved(Node* node) noexcept {
    destroy_saved(node->saved_inputs, node->n_saved_inputs);
    destroy_saved(node->saved_outputs, node->n_saved_outputs);
    node->n_saved_inputs = node->n_saved_outputs = 0;
    if (CustomBackward* custom = std::exchange(node->custom, nullptr)) delete custom;
}

namespace {

void free_slot_entries(Node::SlotEntry* entry) noexcept {
    while (entry != nullptr) {
        Node::SlotEntry* next = entry->next;
        release_slot(entry->slot);
        delete entry;
        entry = next;
    }
}

[[gnu::always_inline]] inline void destroy_metas(OutputMeta* metas, int n) noexcept {
    for (int i = 0; i < n; ++i) {
        if (__builtin_expect(metas[i].large != nullptr, 0)) metas[i].large.reset();
    }
}

[[gnu::always_inline]] inline void destroy_node(ThreadContext& context, Node* node) noexcept {
    if ((node->n_saved_inputs | node->n_saved_outputs) != 0 || node->custom != nullptr)
        free_saved(node);
    for (int i = 0; i < node->n_inputs; ++i) {
        if (node->edges[i].node != nullptr) release_node(context, node->edges[i].node);
    }
    destroy_metas(node->outputs, node->n_outputs);
    if (node->operands != nullptr) destroy_metas(node->operands, node->n_inputs);
    if (Node::SlotEntry* entry = node->slots.load(std::memory_order_acquire))
        free_slot_entries(entry);
    free_meta(context, node, node->bytes);
}

}  // namespace

void free_node(ThreadContext& context, Node* node) noexcept {
    // A long chain must not recurse: nodes freed on the way wait in a list.
    if (context.is_freeing) {
        context.dying.push_back(node);
        return;
    }
    context.is_freeing = true;
    for (;;) {
        destroy_node(context, node);
        if (context.dying.empty()) break;
        node = context.dying.back();
        context.dying.pop_back();
    }
    context.is_freeing = false;
}

void free_autograd(ThreadContext& context, AutogradMeta* meta) noexcept {
    while (meta != nullptr) {
        AutogradMeta* next = meta->next;
        if (meta->slot != nullptr) {
            close_slot(*meta->slot);
            release_slot(meta->slot);
        }
        Node* node = meta->node;
        if (meta != &node->first_meta) free_meta(context, meta, sizeof(AutogradMeta));
        release_node(context, node);
        meta = next;
    }
}

bool is_recording(const ThreadContext& context, uint64_t graph) noexcept {
    for (auto mode = context.modes.rbegin(); mode != context.modes.rend(); ++mode) {
        if (graph >= mode->first && graph <= mode->last) return mode->enable;
    }
    return true;
}

bool wants_recording(const ThreadContext& context, const Operand* inputs, int n_inputs) noexcept {
    if (context.no_record_depth != 0) return false;
    for (int i = 0; i < n_inputs; ++i) {
        if (!inputs[i].is_array()) continue;
        for (const AutogradMeta* meta = inputs[i].body()->autograd; meta != nullptr;
             meta = meta->next) {
            if (context.modes.empty() || is_recording(context, meta->graph)) return true;
        }
    }
    return false;
}

Node* make_leaf(ThreadContext& context, const ArrayBody& body, uint64_t graph) {
    Node* node = make_node(context, graph, state_of(*body.device), nullptr, 0, 1, 0, 1, 0);
    node->sequence = 0;
    node->saved_outputs[0].body = nullptr;
    set_meta(node->outputs[0], body);
    return node;
}

void attach_leaf(ThreadContext& context, ArrayBody* body, uint64_t graph) {
    Node* node = make_leaf(context, *body, graph);
    attach_first(body, node, 0);
}

void attach_alias(
    ThreadContext& context, ArrayBody* body, uint64_t graph, Node* node, uint32_t output) {
    retain_node(node);
    attach(context, body, graph, node, static_cast<int>(output));
}

}  // namespace chainerx::internal
