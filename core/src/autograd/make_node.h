// Making nodes and giving them to arrays: what recording a call, and asking an array for its gradient, share.
#pragma once

#include <memory>
#include <new>
#include <type_traits>

#include "autograd/node.h"
#include "device/device_state.h"
#include "dispatch/thread_context.h"

namespace chainerx::internal {

constexpr size_t align8(size_t n) { return (n + 7) / 8 * 8; }

static_assert(std::is_trivially_destructible_v<Node>);  // free_node() gives its block back as it is

// One block: the node, then its edges, metas, saved operands, attributes and the metas of operands.
[[gnu::always_inline]] inline Node* make_node(ThreadContext& context,
                                              uint64_t graph,
                                              DeviceState& device,
                                              const OpDef* op,
                                              int n_inputs,
                                              int n_outputs,
                                              int n_saved_inputs,
                                              int n_saved_outputs,
                                              size_t attrs_size,
                                              int n_operands = 0) {
    const size_t edges_at = align8(sizeof(Node));
    const size_t metas_at = edges_at + sizeof(Edge) * static_cast<size_t>(n_inputs);
    const size_t saved_at = metas_at + sizeof(OutputMeta) * static_cast<size_t>(n_outputs);
    const size_t attrs_at =
        saved_at + sizeof(Saved) * static_cast<size_t>(n_saved_inputs + n_saved_outputs);
    const size_t operands_at = attrs_at + align8(attrs_size);
    const size_t bytes = operands_at + sizeof(OutputMeta) * static_cast<size_t>(n_operands);
    char* block = static_cast<char*>(allocate_meta(context, bytes));
    Node* node = new (block) Node;  // every field is written below or, sequence, by the caller
    node->references.set(1);
    node->bytes = static_cast<uint32_t>(bytes);
    node->graph = graph;
    node->op = op;
    node->custom = nullptr;
    node->device = &device;
    node->is_released = false;
    node->slots.store(nullptr, std::memory_order_relaxed);
    node->n_inputs = static_cast<uint8_t>(n_inputs);
    node->n_outputs = static_cast<uint8_t>(n_outputs);
    node->n_saved_inputs = static_cast<uint8_t>(n_saved_inputs);
    node->n_saved_outputs = static_cast<uint8_t>(n_saved_outputs);
    node->attrs_size = static_cast<uint16_t>(attrs_size);
    node->edges = reinterpret_cast<Edge*>(block + edges_at);
    node->outputs = reinterpret_cast<OutputMeta*>(block + metas_at);
    node->saved_inputs = reinterpret_cast<Saved*>(block + saved_at);
    node->saved_outputs = node->saved_inputs + n_saved_inputs;
    node->attrs = attrs_size != 0 ? block + attrs_at : nullptr;
    node->operands = n_operands != 0 ? reinterpret_cast<OutputMeta*>(block + operands_at) : nullptr;
    return node;
}

inline void set_meta(OutputMeta& meta, const ArrayBody& body) {
    new (&meta) OutputMeta;
    meta.dtype = body.dtype;
    meta.ndim = body.tensor.ndim;
    if (meta.ndim > kInlineNdim) {
        meta.large = std::make_unique<Shape>(DimsView(body.tensor.shape, body.tensor.ndim));
    } else {
        for (int i = 0; i < meta.ndim; ++i) meta.shape[i] = body.tensor.shape[i];
    }
}

// Gradients flow to and from floating-point arrays only: others are part of no graph.
inline bool can_carry_gradient(const ArrayBody& body) { return is_inexact(body.dtype); }

// Takes over a reference to the node.
inline void attach(
    ThreadContext& context, ArrayBody* body, uint64_t graph, Node* node, int output) {
    auto* meta = static_cast<AutogradMeta*>(allocate_meta(context, sizeof(AutogradMeta)));
    *meta = {graph, node, static_cast<uint32_t>(output), nullptr, body->autograd};
    body->autograd = meta;
}

// The same for the array that the node was made for; in the node itself.
inline void attach_first(ArrayBody* body, Node* node, int output) {
    node->first_meta = {node->graph, node, static_cast<uint32_t>(output), nullptr, body->autograd};
    body->autograd = &node->first_meta;
}

}  // namespace chainerx::internal
