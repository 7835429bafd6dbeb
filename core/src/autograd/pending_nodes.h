// The nodes that gradients have reached in a backward pass: op calls by age, and leaves, whose turn comes last.
#pragma once

#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "autograd/node.h"

namespace chainerx::internal {

struct PendingNode {
    static constexpr int kFew = 2;

    Node* node = nullptr;           // owned by PendingNodes
    Array few[kFew];                // the gradients of its outputs
    std::unique_ptr<Array[]> many;  // the same if there are more

    Array* data() { return many != nullptr ? many.get() : few; }
};

// Nodes in the order in which they came to be pending; a few without the heap.
class PendingStack {
public:
    PendingStack() : items_{reinterpret_cast<PendingNode*>(few_)} {}
    ~PendingStack() {
        while (size_ > 0) take();
        if (capacity_ > kFew) std::allocator<PendingNode>().deallocate(items_, capacity_);
    }
    PendingStack(const PendingStack&) = delete;
    PendingStack& operator=(const PendingStack&) = delete;

    size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    PendingNode& operator[](size_t i) { return items_[i]; }
    PendingNode& push(Node* node) {
        if (__builtin_expect(size_ == capacity_, 0)) grow();
        PendingNode* item = new (items_ + size_) PendingNode;
        ++size_;
        item->node = node;
        if (__builtin_expect(node->n_outputs > PendingNode::kFew, 0))
            item->many = std::make_unique<Array[]>(node->n_outputs);
        return *item;
    }
    PendingNode take() { return std::move(items_[--size_]); }  // leaves nothing to be destroyed

private:
    static constexpr size_t kFew = 16;
    void grow();

    PendingNode* items_;
    size_t size_ = 0, capacity_ = kFew;
    alignas(PendingNode) char few_[kFew * sizeof(PendingNode)];
};

class PendingNodes {
public:
    explicit PendingNodes(ThreadContext& context) : context_{context} {}
    ~PendingNodes() {
        for (PendingStack* stack : {&calls_, &leaves_}) {
            for (size_t i = 0; i < stack->size(); ++i) release_node(context_, (*stack)[i].node);
        }
    }
    PendingNodes(const PendingNodes&) = delete;
    PendingNodes& operator=(const PendingNodes&) = delete;

    bool empty() const { return calls_.empty() && leaves_.empty(); }

    // Where the gradient of a node's output is collected, and whether the node is a new one, which needs a reference.
    std::pair<Array*, bool> find_or_add(Node* node, uint32_t output) {
        const bool is_a_leaf = is_leaf(*node);
        PendingNode* found = is_a_leaf ? find_leaf(node) : find_call(node);
        const bool is_new = found == nullptr;
        if (is_new) found = is_a_leaf ? add_leaf(node) : add_call(node);
        return {found->data() + output, is_new};
    }

    // The newest call, or a leaf when no call is left. The caller takes over the node.
    PendingNode pop() { return (calls_.empty() ? leaves_ : calls_).take(); }

private:
    static constexpr size_t kFewLeaves = 16;

    // Newest last. A call's operands are nearly always among the last few.
    PendingNode* find_call(const Node* node) {
        for (size_t i = calls_.size(); i-- > 0;) {
            if (calls_[i].node == node) return &calls_[i];
            if (calls_[i].node->sequence < node->sequence) return nullptr;
        }
        return nullptr;
    }
    PendingNode* add_call(Node* node) {
        size_t at = calls_.size();
        calls_.push(node);
        for (; at > 0 && calls_[at - 1].node->sequence > node->sequence; --at)
            std::swap(calls_[at - 1], calls_[at]);
        return &calls_[at];
    }

    PendingNode* find_leaf(const Node* node) {
        if (__builtin_expect(leaves_.size() > kFewLeaves, 0)) return find_in_index(node);
        for (size_t i = 0; i < leaves_.size(); ++i) {
            if (leaves_[i].node == node) return &leaves_[i];
        }
        return nullptr;
    }
    PendingNode* add_leaf(Node* node) {
        PendingNode& leaf = leaves_.push(node);
        if (__builtin_expect(leaves_.size() > kFewLeaves, 0)) index_leaves();
        return &leaf;
    }
    PendingNode* find_in_index(const Node* node);
    void index_leaves();

    ThreadContext& context_;
    PendingStack calls_, leaves_;
    std::unique_ptr<std::unordered_map<const Node*, size_t>> leaf_index_;  // once there are many
};

}  // namespace chainerx::internal
