// A read-only picture of the define-by-run graph behind some arrays, for drawing and debugging.
#pragma once

#include <string>
#include <vector>

#include "chainerx/array.h"
#include "chainerx/dtype.h"
#include "chainerx/export.h"
#include "chainerx/gradient.h"
#include "chainerx/shape.h"

namespace chainerx {

// Result `output` of Graph::nodes[node].
struct GraphEdge {
    int node = -1;
    int output = 0;
};

struct GraphNode {
    struct Output {
        Shape shape;
        DType dtype;
    };
    std::string name;  // the op, or that of a function defined in Python; empty for a leaf
    std::vector<Output> outputs;
    std::vector<GraphEdge> inputs;  // only operands with a gradient
    bool is_leaf = false;           // an array that asked for its gradient
    bool is_released = false;       // a backward pass has freed what lies behind
};

struct Graph {
    std::vector<GraphNode> nodes;  // operands before the ops that use them
    std::vector<GraphEdge>
        arrays;  // where the given arrays are; node -1 for one outside of the graph
};

CHAINERX_EXPORT Graph graph_of(const std::vector<Array>& arrays, BackpropId id = BackpropId{});

}  // namespace chainerx
