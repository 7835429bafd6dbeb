// Finding leaves: there can be thousands of parameters, in any order.
#include "autograd/pending_nodes.h"

namespace chainerx::internal {

PendingNode* PendingNodes::find_leaf(const Node* node) {
    if (leaves_.size() <= kFewLeaves) {
        for (PendingNode& leaf : leaves_) {
            if (leaf.node == node) return &leaf;
        }
        return nullptr;
    }
    const auto found = leaf_index_.find(node);
    return found == leaf_index_.end() ? nullptr : &leaves_[found->second];
}

PendingNode* PendingNodes::add_leaf(Node* node) {
    leaves_.push_back(make(node));
    if (leaves_.size() > kFewLeaves) {
        for (size_t i = leaf_index_.size(); i < leaves_.size(); ++i)
            leaf_index_.emplace(leaves_[i].node, i);
    }
    return &leaves_.back();
}

}  // namespace chainerx::internal
