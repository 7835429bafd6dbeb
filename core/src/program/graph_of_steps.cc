// Buffers, values and nodes, numbered as they come.
#include "program/graph_of_steps.h"

#include <algorithm>
#include <utility>

#include "array/scalar.h"
#include "array/views.h"
#include "dispatch/op_registry.h"

namespace chainerx::internal {

GraphOfSteps::GraphOfSteps(const ProgramIr& ir, const Flow& flow, std::vector<size_t> steps)
    : ir_{ir}, flow_{flow}, steps_{std::move(steps)} {
    for (const size_t index : steps_) {
        const Step& step = ir.steps[index];
        std::vector<int32_t>& in = operands_.emplace_back();
        for (const View& view : step.inputs) in.push_back(add_value(view));
        std::vector<int32_t>& out = operands_.emplace_back();
        for (const View& view : step.outputs) out.push_back(add_value(view));
        nodes_.push_back({sizeof(chx_graph_node),
                          step.op->version,
                          names_.emplace_back(full_name(*step.op)).c_str(),
                          step.attrs.empty() ? nullptr : step.attrs.data(),
                          static_cast<uint32_t>(step.attrs.size()),
                          static_cast<uint16_t>(in.size()),
                          static_cast<uint16_t>(out.size()),
                          in.data(),
                          out.data()});
        node_pointers_.push_back(&nodes_.back());
    }
    graph_ = {sizeof(chx_graph),
              static_cast<uint32_t>(buffer_pointers_.size()),
              static_cast<uint32_t>(value_pointers_.size()),
              static_cast<uint32_t>(node_pointers_.size()),
              buffer_pointers_.data(),
              value_pointers_.data(),
              node_pointers_.data()};
}

int32_t GraphOfSteps::add_value(const View& view) {
    if (view.kind == View::Kind::kNothing) return -1;
    const bool is_number = view.is_number();
    values_.push_back({sizeof(chx_graph_value),
                       is_number ? 0 : view.shape.size(),
                       to_chx_dtype(view.dtype),
                       is_number ? -1 : add_buffer(view.buffer),
                       is_number ? 0 : view.offset,
                       is_number ? nullptr : view.shape.data(),
                       is_number ? nullptr : view.strides.data(),
                       is_number ? view.number : nullptr});
    value_pointers_.push_back(&values_.back());
    return static_cast<int32_t>(values_.size()) - 1;
}

int32_t GraphOfSteps::add_buffer(int buffer) {
    const auto found = std::find(buffers_.begin(), buffers_.end(), buffer);
    if (found != buffers_.end()) return static_cast<int32_t>(found - buffers_.begin());
    buffers_.push_back(buffer);
    buffer_records_.push_back(
        {sizeof(chx_graph_buffer),
         is_internal(buffer) ? CHX_G_INTERNAL : 0,
         static_cast<uint64_t>(ir_.buffers[static_cast<size_t>(buffer)].bytes)});
    buffer_pointers_.push_back(&buffer_records_.back());
    return static_cast<int32_t>(buffers_.size()) - 1;
}

bool GraphOfSteps::is_internal(int buffer) const {
    const Flow::Uses& uses = flow_.buffers[static_cast<size_t>(buffer)];
    if (ir_.buffers[static_cast<size_t>(buffer)].origin != Origin::kInternal || uses.is_kept)
        return false;
    const auto is_inside = [&](int step) {
        return std::find(steps_.begin(), steps_.end(), static_cast<size_t>(step)) != steps_.end();
    };
    return std::all_of(uses.readers.begin(), uses.readers.end(), is_inside) &&
           std::all_of(uses.writers.begin(), uses.writers.end(), is_inside);
}

}  // namespace chainerx::internal
