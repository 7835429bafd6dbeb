// The define-by-run graph: nodes are op calls (or leaves), edges lead from a result to the operands it came from.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "chainerx/array.h"
#include "dispatch/op_def.h"

namespace chainerx::internal {

struct DeviceState;
struct ThreadContext;
struct DeviceState;
struct Node;

// Where a gradient is kept for an array that asked for one. Owned by the array's autograd data and, weakly, by the graph:
// when the array dies the slot is closed, so that a gradient with a graph of its own makes no cycle.
struct GradSlot {
    ReferenceCount references;
    std::atomic_flag lock = ATOMIC_FLAG_INIT;
    bool is_closed = false;
    ArrayBody* gradient = nullptr;
};

// An operand or result kept for the gradient.
struct Saved {
    ArrayBody* body;  // owned; nullptr: a scalar or nothing
    Scalar scalar;
    bool is_scalar;
    uint64_t version;  // of the storage when saved
};

// What a gradient for an output looks like.
struct OutputMeta {
    DType dtype;
    int32_t ndim;
    int64_t shape[kInlineNdim];
    std::unique_ptr<Shape> large;  // if ndim > kInlineNdim
    DimsView view() const { return large ? DimsView(*large) : DimsView(shape, ndim); }
};

struct Edge {
    Node* node = nullptr;  // owned; nullptr: no gradient wanted
    uint32_t output = 0;
};

// A backward function that is not in the table: ops defined in Python or by a plugin.
struct CustomBackward {
    virtual ~CustomBackward() = default;
    virtual void backward(GradientContext& context) = 0;
    virtual const char* name() const = 0;
};

// What an array knows about the graphs it is part of: one entry per graph.
struct AutogradMeta {
    uint64_t graph;
    Node* node;  // owned: the creator, or a leaf
    uint32_t output;
    GradSlot* slot;  // owned; nullptr unless require_grad() was called
    AutogradMeta* next;
};

struct Node {
    ReferenceCount references;
    uint32_t bytes;          // of the block, edges, metas, saved operands and attributes included
    uint64_t sequence;       // greater than that of every node it depends on
    uint64_t graph;          // BackpropId::ordinal
    const OpDef* op;         // nullptr: a leaf, or custom
    CustomBackward* custom;  // owned
    DeviceState* device;
    uint8_t n_inputs, n_outputs, n_saved_inputs, n_saved_outputs;
    bool is_released;  // saved operands and edges were freed by a backward pass
    uint16_t attrs_size;
    Edge* edges;          // n_inputs
    OutputMeta* outputs;  // n_outputs
    OutputMeta* operands =
        nullptr;  // n_inputs, of a variadic op (record() fills it): also those without an edge
    Saved* saved_inputs;   // n_saved_inputs: 0 or n_inputs
    Saved* saved_outputs;  // 0 or n_outputs; a leaf's is an alias of its array, for others to save
    void* attrs;
    // Slots of outputs that asked for their gradient.
    struct SlotEntry {
        uint32_t output;
        GradSlot* slot;
        SlotEntry* next;
    };
    std::atomic<SlotEntry*> slots;
    // Of the array that it was made for, or of the first of several: most need no block of their own.
    AutogradMeta first_meta;
};

inline bool is_leaf(const Node& node) { return node.n_inputs == 0; }

inline AutogradMeta* find_meta(const ArrayBody* body, uint64_t graph) {
    AutogradMeta* meta = body->autograd;
    while (meta != nullptr && meta->graph != graph) meta = meta->next;
    return meta;
}

void free_autograd(ThreadContext& context, AutogradMeta* meta) noexcept;
// Drops what a node keeps for its gradient.
void free_saved(Node* node) noexcept;
void release_slot(GradSlot* slot) noexcept;

// The array is dead: its gradient goes, and none is stored any more.
void close_slot(GradSlot& slot) noexcept;
Array read_slot(GradSlot& slot);
void clear_slot(ThreadContext& context, GradSlot& slot);
// A glance: another thread may just be changing that.
inline bool is_empty(const GradSlot& slot) {
    return __atomic_load_n(&slot.gradient, __ATOMIC_RELAXED) == nullptr;
}
void write_slot(GradSlot& slot, const Array& gradient);
// Takes the gradient out. False if the slot has one already; true, too, for a closed one, which takes none.
bool put_in_empty_slot(GradSlot& slot, Array& gradient);

// Makes the array a leaf of the graph.
void attach_leaf(ThreadContext& context, ArrayBody* body, uint64_t graph);
// Makes the array stand for an output of the node.
void attach_alias(
    ThreadContext& context, ArrayBody* body, uint64_t graph, Node* node, uint32_t output);
// The slot where the array's gradient goes, registered with its node.
GradSlot* make_slot(AutogradMeta& meta);

// Nobody owns the node any more.
void free_node(ThreadContext& context, Node* node) noexcept;
inline void release_node(ThreadContext& context, Node* node) noexcept {
    if (node->references.drop()) free_node(context, node);
}
inline void retain_node(Node* node) noexcept { node->references.add(); }

// Whether this thread records for the graph (modes only).
bool is_recording(const ThreadContext& context, uint64_t graph) noexcept;
// Whether a call on these operands has to be recorded for any graph.
bool wants_recording(const ThreadContext& context, const Operand* inputs, int n_inputs) noexcept;

// Adds a node to every recorded graph that an input is part of and connects the outputs.
void record(ThreadContext& context,
            const OpDef& op,
            const Operand* inputs,
            int n_inputs,
            const void* attrs,
            size_t attrs_size,
            Array* outputs,
            int n_outputs);
// The same for a custom backward function; takes over `custom`. It saves what it needs itself.
void record_custom(const std::vector<Array>& inputs,
                   std::vector<Array>& outputs,
                   const std::shared_ptr<CustomBackward>& custom);
// For view ops: a single differentiable input and output.
void record_view(
    const OpDef& op, const Array& input, Array& output, const void* attrs, size_t attrs_size);

}  // namespace chainerx::internal
