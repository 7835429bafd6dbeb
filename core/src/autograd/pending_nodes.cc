// What is needed once many nodes are pending: there can be thousands of parameters, in any order.
#include "autograd/pending_nodes.h"

namespace chainerx::internal {

void PendingStack::grow() {
    std::allocator<PendingNode> allocator;
    PendingNode* items = allocator.allocate(2 * capacity_);
    for (size_t i = 0; i < size_; ++i) {
        new (items + i) PendingNode(std::move(items_[i]));
        items_[i].~PendingNode();
    }
    if (capacity_ > kFew) allocator.deallocate(items_, capacity_);
    items_ = items;
    capacity_ *= 2;
}

PendingNode* PendingNodes::find_in_index(const Node* node) {
    const auto found = leaf_index_->find(node);
    return found == leaf_index_->end() ? nullptr : &leaves_[found->second];
}

void PendingNodes::index_leaves() {
    if (leaf_index_ == nullptr)
        leaf_index_ = std::make_unique<std::unordered_map<const Node*, size_t>>();
    for (size_t i = leaf_index_->size(); i < leaves_.size(); ++i)
        leaf_index_->emplace(leaves_[i].node, i);
}

}  // namespace chainerx::internal
