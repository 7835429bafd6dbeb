// The nodes that gradients have reached in a backward pass: op calls by age, and leaves, whose turn comes last.
#pragma once

#include <unordered_map>
#include <utility>
#include <vector>

#include "autograd/node.h"

namespace chainerx::internal {

struct PendingNode {
    Node* node;                    // owned
    Array gradient;                // of its only output
    std::vector<Array> gradients;  // of several outputs

    Array* data() { return gradients.empty() ? &gradient : gradients.data(); }
};

class PendingNodes {
public:
    PendingNodes() {
        calls_.reserve(8);
        leaves_.reserve(kFewLeaves);
    }
    ~PendingNodes() {
        for (PendingNode& pending : calls_) release_node(pending.node);
        for (PendingNode& pending : leaves_) release_node(pending.node);
    }
    PendingNodes(const PendingNodes&) = delete;
    PendingNodes& operator=(const PendingNodes&) = delete;

    bool empty() const { return calls_.empty() && leaves_.empty(); }

    // Where the gradient of a node's output is collected, and whether the node is a new one, which needs a reference.
    std::pair<Array*, bool> find_or_add(Node* node, uint32_t output) {
        const bool is_leaf = node->n_inputs == 0;
        PendingNode* found = is_leaf ? find_leaf(node) : find_call(node);
        const bool is_new = found == nullptr;
        if (is_new) found = is_leaf ? add_leaf(node) : add_call(node);
        return {found->data() + output, is_new};
    }

    // The newest call, or a leaf when no call is left. The caller takes over the node.
    PendingNode pop() {
        std::vector<PendingNode>& from = calls_.empty() ? leaves_ : calls_;
        PendingNode last = std::move(from.back());
        from.pop_back();
        return last;
    }

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
        calls_.push_back(make(node));
        for (; at > 0 && calls_[at - 1].node->sequence > node->sequence; --at)
            std::swap(calls_[at - 1], calls_[at]);
        return &calls_[at];
    }

    PendingNode* find_leaf(const Node* node);
    PendingNode* add_leaf(Node* node);

    static PendingNode make(Node* node) {
        return {
            node, Array(), std::vector<Array>(node->n_outputs == 1 ? size_t{0} : node->n_outputs)};
    }

    std::vector<PendingNode> calls_;
    std::vector<PendingNode> leaves_;
    std::unordered_map<const Node*, size_t> leaf_index_;  // once there are many
};

}  // namespace chainerx::internal
