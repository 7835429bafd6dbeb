// Readers of a contiguous copy read what was copied instead.
#include <cstdlib>
#include <optional>

#include "dispatch/op_ids.h"
#include "program/flow.h"
#include "program/passes.h"

namespace chainerx::internal {

namespace {

// A copy of elements of the same dtype into all of a buffer that nobody else writes.
bool is_plain_copy(const ProgramIr& ir, const Flow& flow, const Step& step) {
    if (step.kind != StepKind::kKernel || step.op->id != kOpCopy) return false;
    const View& from = step.inputs[0];
    const View& to = step.outputs[0];
    return from.is_elements() && from.dtype == to.dtype && from.shape == to.shape &&
           from.buffer != to.buffer && flow.is_temporary(ir, to.buffer) && to.numel() > 0;
}

// The view of from's elements that reads what `reader` reads of the row-major `to`. Nothing if there is none: an axis of the
// reader must run within one axis of the copy.
std::optional<View> composed(const View& from, const View& to, const View& reader) {
    if (reader.dtype != to.dtype) return std::nullopt;
    const int64_t size = itemsize(to.dtype);
    View view = reader;
    view.buffer = from.buffer;
    view.offset = from.offset;
    view.is_readonly = from.is_readonly;
    if (from.is_contiguous()) {
        view.offset = from.offset + reader.offset - to.offset;
        return view;
    }
    // Where the reader's first element and its axes are, axis by axis of the copy.
    int64_t first = (reader.offset - to.offset) / size;
    std::vector<int64_t> start(static_cast<size_t>(to.shape.size()));
    for (int d = 0; d < to.shape.size(); ++d) {
        start[static_cast<size_t>(d)] = to.shape[d] == 1 ? 0 : first / to.strides[d];
        first -= start[static_cast<size_t>(d)] * (to.shape[d] == 1 ? 0 : to.strides[d]);
        view.offset += start[static_cast<size_t>(d)] * from.strides[d] * size;
    }
    std::vector<int64_t> low = start, high = start;
    for (int k = 0; k < reader.shape.size(); ++k) {
        view.strides[k] = 0;
        if (reader.shape[k] == 1 || reader.strides[k] == 0) continue;
        int axis = -1;
        for (int d = 0; d < to.shape.size() && axis < 0; ++d) {
            if (to.shape[d] != 1 && reader.strides[k] % to.strides[d] == 0) axis = d;
        }
        if (axis < 0) return std::nullopt;
        const int64_t steps = reader.strides[k] / to.strides[axis];
        const int64_t reach = steps * (reader.shape[k] - 1);
        (reach < 0 ? low : high)[static_cast<size_t>(axis)] += reach;
        view.strides[k] = steps * from.strides[axis];
    }
    for (int d = 0; d < to.shape.size(); ++d) {
        if (low[static_cast<size_t>(d)] < 0 || high[static_cast<size_t>(d)] >= to.shape[d])
            return std::nullopt;
    }
    return view;
}

// Element-wise steps and copies read any layout as fast as the copy would.
bool takes(const Step& reader, const View& view) {
    if (view.is_contiguous()) return true;
    if (reader.kind != StepKind::kKernel || (reader.kernel->caps & CHX_K_MAY_REFUSE) != 0)
        return false;
    return (reader.kernel->caps & CHX_K_STRIDED_IN) != 0 &&
           (reader.op->kind == OpKind::kElementwise || reader.op->id == kOpCopy);
}

bool cancel(ProgramIr& ir, const Flow& flow, int index) {
    const Step& copy = ir.steps[static_cast<size_t>(index)];
    const View from = copy.inputs[0];
    const View to = copy.outputs[0];
    const std::vector<int>& readers = flow.buffers[static_cast<size_t>(to.buffer)].readers;
    std::vector<std::pair<View*, View>> changes;
    for (const int i : readers) {
        Step& reader = ir.steps[static_cast<size_t>(i)];
        if (flow.is_written_between(from.buffer, index, i + 1)) return false;
        for (View& input : reader.inputs) {
            if (!input.is_elements() || input.buffer != to.buffer) continue;
            const std::optional<View> view = composed(from, to, input);
            if (!view || !takes(reader, *view)) return false;
            if (!view->is_contiguous() && readers.size() > 1) return false;
            changes.emplace_back(&input, *view);
        }
    }
    for (auto& [input, view] : changes) *input = view;
    return true;
}

}  // namespace

void cancel_copies(ProgramIr& ir) {
    std::vector<bool> is_cancelled(ir.steps.size());
    Flow flow(ir);
    for (int i = 0; i < static_cast<int>(ir.steps.size()); ++i) {
        Step& step = ir.steps[static_cast<size_t>(i)];
        if (!is_plain_copy(ir, flow, step) || !cancel(ir, flow, i)) continue;
        is_cancelled[static_cast<size_t>(i)] = true;
        step.inputs[0] = View();  // reads nothing any more
        flow = Flow(ir);
    }
    erase_steps(ir, is_cancelled);
}

}  // namespace chainerx::internal
