// Steps of a Program as the flat graph that chx.graph hands to a device.
#pragma once

#include <deque>
#include <vector>

#include "chx/chx_graph.h"
#include "program/flow.h"
#include "program/ir.h"

namespace chainerx::internal {

class GraphOfSteps {
public:
    // Of steps that are kernels.
    GraphOfSteps(const ProgramIr& ir, const Flow& flow, std::vector<size_t> steps);
    GraphOfSteps(const GraphOfSteps&) = delete;
    GraphOfSteps& operator=(const GraphOfSteps&) = delete;

    const chx_graph& get() const { return graph_; }
    // Of the Program, in the order of the graph's.
    const std::vector<int>& buffers() const { return buffers_; }

private:
    int32_t add_value(const View& view);
    int32_t add_buffer(int buffer);
    bool is_internal(int buffer) const;

    const ProgramIr& ir_;
    const Flow& flow_;
    const std::vector<size_t> steps_;
    std::vector<int> buffers_;
    std::deque<chx_graph_buffer> buffer_records_;
    std::deque<chx_graph_value> values_;
    std::deque<chx_graph_node> nodes_;
    std::deque<std::vector<int32_t>> operands_;
    std::vector<const chx_graph_buffer*> buffer_pointers_;
    std::vector<const chx_graph_value*> value_pointers_;
    std::vector<const chx_graph_node*> node_pointers_;
    std::deque<std::string> names_;
    chx_graph graph_{};
};

}  // namespace chainerx::internal
