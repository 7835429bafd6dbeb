// Gradients of Programs. While the first run's graph is at hand, the gradients of its results are computed once, and those
// steps become a Program of their own.
#include <algorithm>
#include <set>

#include "array/views.h"
#include "autograd/gradient_context.h"
#include "autograd/node.h"
#include "chainerx/error.h"
#include "chainerx/gradient.h"
#include "chainerx/ops.h"
#include "device/device_state.h"
#include "dispatch/dispatch.h"
#include "program/flow.h"
#include "program/program_state.h"
#include "program/recorder.h"

namespace chainerx::internal {

namespace {

// Where the graph that was recorded meanwhile begins: (node, output) pairs that were there before.
class Frontier {
public:
    Frontier(uint64_t first_sequence) : first_sequence_{first_sequence} {}

    // False if a part of the graph was released by a backward pass.
    bool walk(std::vector<Node*> stack) {
        while (!stack.empty()) {
            Node* node = stack.back();
            stack.pop_back();
            if (!seen_.insert(node).second) continue;
            if (node->is_released) return false;
            for (int i = 0; i < node->n_inputs; ++i) {
                const Edge& edge = node->edges[i];
                if (edge.node == nullptr) continue;
                if (!is_earlier(*edge.node)) {
                    stack.push_back(edge.node);
                } else if (std::none_of(edges.begin(), edges.end(), [&](const Edge& known) {
                               return known.node == edge.node && known.output == edge.output;
                           })) {
                    edges.push_back(edge);
                }
            }
        }
        return true;
    }

    bool is_earlier(const Node& node) const {
        const bool is_leaf = node.op == nullptr && node.custom == nullptr;
        return is_leaf || node.sequence <= first_sequence_;
    }

    std::vector<Edge> edges;

private:
    uint64_t first_sequence_;
    std::set<Node*> seen_;
};

// An array without memory to speak of that is connected to the graph where another one was.
Array stand_in(const Edge& edge, uint64_t graph) {
    const OutputMeta& meta = edge.node->outputs[edge.output];
    const Array element = new_array({}, meta.dtype, *edge.node->device);
    Array handle = raw_broadcast(element, meta.view());
    attach_alias(thread_context(), handle.body(), graph, edge.node, edge.output);
    return handle;
}

View whole_buffer(const ProgramIr& ir, int buffer) {
    View view;
    view.kind = View::Kind::kElements;
    view.dtype = DType::kUInt8;
    view.buffer = buffer;
    view.shape = {ir.buffers[static_cast<size_t>(buffer)].bytes};
    view.strides = {1};
    return view;
}

// The later steps as a Program whose arguments are: those of the first, the buffers that the first steps left, gradients.
struct BackwardIr {
    ProgramIr ir;
    std::vector<int> residuals;
};

BackwardIr split_off(const ProgramIr& joint,
                     size_t n_forward,
                     size_t n_arguments,
                     const std::vector<int>& gradient_buffers,
                     const std::vector<View>& gradients) {
    BackwardIr result;
    ProgramIr& ir = result.ir;
    ir.buffers = joint.buffers;
    ir.steps.assign(joint.steps.begin() + static_cast<std::ptrdiff_t>(n_forward),
                    joint.steps.end());
    ir.results = gradients;
    std::vector<bool> is_written(joint.buffers.size());
    for (size_t s = 0; s < n_forward; ++s) {
        for (const View& output : joint.steps[s].outputs) {
            if (output.is_elements()) is_written[static_cast<size_t>(output.buffer)] = true;
        }
    }
    const auto become_argument = [&](int buffer, size_t argument) {
        Buffer& own = ir.buffers[static_cast<size_t>(buffer)];
        own.origin = Origin::kArgument;
        own.argument = static_cast<int>(argument);
    };
    const auto visit = [&](const View& view) {
        if (!view.is_elements()) return;
        const auto buffer = static_cast<size_t>(view.buffer);
        if (ir.buffers[buffer].origin == Origin::kCell ||
            ir.buffers[buffer].origin == Origin::kSlot)
            throw ProgramError(
                "compile: the gradient of a function reads a number that each run computes anew, "
                "or a gradient from outside; take this part out of the function");
        if (ir.buffers[buffer].origin != Origin::kInternal || !is_written[buffer] ||
            std::count(gradient_buffers.begin(), gradient_buffers.end(), view.buffer) != 0)
            return;
        become_argument(view.buffer, n_arguments + result.residuals.size());
        result.residuals.push_back(view.buffer);
    };
    for (const Step& step : ir.steps) {
        for (const View& input : step.inputs) visit(input);
    }
    for (const View& gradient : gradients) visit(gradient);
    for (size_t i = 0; i < gradient_buffers.size(); ++i)
        become_argument(gradient_buffers[i], n_arguments + result.residuals.size() + i);
    return result;
}

// What is read again by the gradients must be as it was.
void note_checked(const ProgramIr& backward, size_t n_arguments, GradientPart& part) {
    const Flow flow(backward);
    for (size_t i = 0; i < backward.buffers.size(); ++i) {
        const Buffer& buffer = backward.buffers[i];
        if (flow.buffers[i].readers.empty()) continue;
        if (buffer.origin == Origin::kOutside) part.checked_outside.push_back(buffer.storage);
        if (buffer.origin == Origin::kArgument &&
            static_cast<size_t>(buffer.argument) < n_arguments)
            part.checked_arguments.push_back(buffer.argument);
    }
}

uint64_t version_of(const Storage& storage) {
    return storage.version.load(std::memory_order_acquire);
}

class ProgramBackward : public CustomBackward {
public:
    ProgramBackward(std::shared_ptr<ProgramState> state,
                    const Array* arguments,
                    std::vector<Array> residuals)
        : state_{std::move(state)} {
        for (size_t i = 0; i < state_->n_arguments; ++i) inputs_.push_back(raw_alias(arguments[i]));
        for (Array& residual : residuals) inputs_.push_back(std::move(residual));
        versions_ = versions();
    }

    const char* name() const override { return "program"; }

    void backward(GradientContext& context) override {
        if (context.is_recording()) {
            throw GradientError(
                "backward: a compiled function has no second derivatives; call the function itself "
                "where enable_double_backprop=True is given");
        }
        if (versions() != versions_) {
            throw GradientError(
                "backward: an array that the gradient of a compiled function needs was written in "
                "place after it was used; write into a copy, or call backward before");
        }
        std::vector<Array> arguments = inputs_;
        for (int i = 0; i < context.n_outputs(); ++i)
            arguments.push_back(contiguous(raw_alias(context.grad(i))));
        const GradientPart& part = *state_->gradient;
        std::vector<Array> gradients(part.gradient_of.size());
        state_->run_backward(arguments, gradients.data());
        for (size_t i = 0; i < part.handles.size(); ++i) {
            if (part.gradient_of[i] >= 0)
                context.set(static_cast<int>(i),
                            std::move(gradients[static_cast<size_t>(part.gradient_of[i])]));
        }
    }

private:
    std::vector<uint64_t> versions() const {
        std::vector<uint64_t> result;
        for (const int argument : state_->gradient->checked_arguments)
            result.push_back(version_of(*inputs_[static_cast<size_t>(argument)].body()->storage()));
        for (const StorageRef& storage : state_->gradient->checked_outside)
            result.push_back(version_of(*storage.get()));
        return result;
    }

    std::shared_ptr<ProgramState> state_;
    std::vector<Array> inputs_;  // arguments, then residuals; outside of every graph
    std::vector<uint64_t> versions_;
};

// The one graph that results are part of; nothing if they are part of none that can be differentiated.
std::optional<uint64_t> graph_of_results(const std::vector<Array>& results) {
    std::optional<uint64_t> graph;
    for (const Array& result : results) {
        for (const AutogradMeta* meta = result.body()->autograd; meta != nullptr;
             meta = meta->next) {
            if (graph && *graph != meta->graph)
                throw ProgramError(
                    "compile: results are part of several graphs; expected one; compile the "
                    "function outside of backprop_scope()");
            graph = meta->graph;
        }
    }
    return graph;
}

}  // namespace

void record_gradient(ProgramRecorder& recorder,
                     ProgramState& state,
                     const std::vector<Array>& arguments,
                     const std::vector<Array>& results,
                     uint64_t first_sequence) {
    const std::optional<uint64_t> graph = graph_of_results(results);
    if (!graph) return;
    GradientPart part;
    Frontier frontier(first_sequence);
    std::vector<Node*> nodes;
    std::vector<Array> outputs;
    for (size_t i = 0; i < results.size(); ++i) {
        const AutogradMeta* meta = find_meta(results[i].body(), *graph);
        if (meta == nullptr || frontier.is_earlier(*meta->node)) continue;
        nodes.push_back(meta->node);
        part.connected.push_back(static_cast<int>(i));
        outputs.push_back(results[i]);
    }
    if (nodes.empty() || !frontier.walk(nodes) || frontier.edges.empty()) return;

    GradOptions options;
    options.backprop_id = BackpropId(*graph);
    options.retain_graph = true;
    std::vector<int> gradient_buffers;
    for (const Array& output : outputs) {
        options.grad_outputs.push_back(
            full(Shape(output.shape()), Scalar(1.0), output.dtype(), &output.device()));
        gradient_buffers.push_back(recorder.view_of(options.grad_outputs.back()).buffer);
    }
    for (const Edge& edge : frontier.edges) {
        part.handles.push_back(stand_in(edge, *graph));
        part.argument_of.push_back(-1);
        for (size_t a = 0; a < arguments.size(); ++a) {
            const AutogradMeta* meta = find_meta(arguments[a].body(), *graph);
            if (meta != nullptr && meta->node == edge.node && meta->output == edge.output)
                part.argument_of.back() = static_cast<int>(a);
        }
    }
    const size_t n_forward = recorder.step_count();
    const std::vector<Array> gradients = grad(outputs, part.handles, options);

    std::vector<View> wanted;
    for (const Array& gradient : gradients) {
        part.gradient_of.push_back(gradient.is_null() ? -1 : static_cast<int>(wanted.size()));
        if (!gradient.is_null()) wanted.push_back(recorder.view_of(contiguous(gradient)));
    }
    ProgramIr joint = recorder.snapshot(results);
    BackwardIr backward = split_off(joint, n_forward, arguments.size(), gradient_buffers, wanted);
    joint.steps.resize(n_forward);
    for (const int buffer : backward.residuals)
        joint.results.push_back(whole_buffer(joint, buffer));
    part.n_residuals = static_cast<int>(backward.residuals.size());
    note_checked(backward.ir, arguments.size(), part);
    for (size_t i = 0; i < part.handles.size(); ++i) {
        if (part.argument_of[i] >= 0) part.handles[i].reset();
    }
    state.set_forward(std::move(joint), static_cast<int>(results.size()));
    state.set_gradient(std::move(part), std::move(backward.ir));
}

void connect_results(const std::shared_ptr<ProgramState>& state,
                     const Array* arguments,
                     Array* results,
                     std::vector<Array> residuals) {
    const GradientPart& part = *state->gradient;
    std::vector<Array> inputs, outputs;
    for (size_t i = 0; i < part.handles.size(); ++i) {
        inputs.push_back(part.argument_of[i] < 0
                             ? part.handles[i]
                             : arguments[static_cast<size_t>(part.argument_of[i])]);
    }
    for (const int i : part.connected) outputs.push_back(results[i]);
    record_custom(
        inputs, outputs, std::make_shared<ProgramBackward>(state, arguments, std::move(residuals)));
}

}  // namespace chainerx::internal
