// Walks the nodes behind arrays and copies what describes them.
#include "chainerx/graph.h"

#include <algorithm>
#include <unordered_map>

#include "autograd/node.h"

namespace chainerx {
namespace {

using internal::Node;

GraphNode describe(const Node& node) {
    GraphNode result;
    result.is_leaf = node.op == nullptr && node.custom == nullptr;
    result.is_released = node.is_released;
    if (node.op != nullptr) result.name = node.op->name;
    if (node.custom != nullptr) result.name = node.custom->name();
    for (int i = 0; i < node.n_outputs; ++i) {
        result.outputs.push_back({Shape(node.outputs[i].view()), node.outputs[i].dtype});
    }
    return result;
}

template <typename Visit>
void for_each_edge(const Node& node, Visit visit) {
    for (int i = 0; i < node.n_inputs; ++i) {
        if (node.edges[i].node != nullptr) visit(node.edges[i]);
    }
}

// Everything that can be reached, in the order in which it was computed.
std::vector<const Node*> reachable(std::vector<const Node*> stack) {
    std::unordered_map<const Node*, bool> seen;
    std::vector<const Node*> found;
    while (!stack.empty()) {
        const Node* node = stack.back();
        stack.pop_back();
        if (!seen.emplace(node, true).second) continue;
        found.push_back(node);
        for_each_edge(*node, [&](const internal::Edge& edge) { stack.push_back(edge.node); });
    }
    std::stable_sort(found.begin(), found.end(), [](const Node* a, const Node* b) {
        return a->sequence < b->sequence;
    });
    return found;
}

}  // namespace

Graph graph_of(const std::vector<Array>& arrays, BackpropId id) {
    std::vector<const Node*> starts;
    for (const Array& array : arrays) {
        const internal::AutogradMeta* meta = find_meta(array.body(), id.ordinal());
        if (meta != nullptr) starts.push_back(meta->node);
    }
    const std::vector<const Node*> nodes = reachable(std::move(starts));
    std::unordered_map<const Node*, int> position;
    for (const Node* node : nodes) position.emplace(node, static_cast<int>(position.size()));

    Graph graph;
    for (const Node* node : nodes) {
        GraphNode& copy = graph.nodes.emplace_back(describe(*node));
        for_each_edge(*node, [&](const internal::Edge& edge) {
            copy.inputs.push_back({position.at(edge.node), static_cast<int>(edge.output)});
        });
    }
    for (const Array& array : arrays) {
        const internal::AutogradMeta* meta = find_meta(array.body(), id.ordinal());
        graph.arrays.push_back(
            meta == nullptr ? GraphEdge{}
                            : GraphEdge{position.at(meta->node), static_cast<int>(meta->output)});
    }
    return graph;
}

}  // namespace chainerx
