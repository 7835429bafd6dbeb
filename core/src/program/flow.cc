// Uses of buffers.
#include "program/flow.h"

#include <algorithm>

namespace chainerx::internal {

namespace {

void add_use(std::vector<int>& steps, int step) {
    if (steps.empty() || steps.back() != step) steps.push_back(step);
}

}  // namespace

Flow::Flow(const ProgramIr& ir) : buffers(ir.buffers.size()) {
    for (size_t i = 0; i < ir.steps.size(); ++i) {
        const int step = static_cast<int>(i);
        for (const View& input : ir.steps[i].inputs) {
            if (input.is_elements())
                add_use(buffers[static_cast<size_t>(input.buffer)].readers, step);
        }
        for (const View& output : ir.steps[i].outputs) {
            if (output.is_elements())
                add_use(buffers[static_cast<size_t>(output.buffer)].writers, step);
        }
    }
    for (const View& result : ir.results) {
        if (result.is_elements()) buffers[static_cast<size_t>(result.buffer)].is_kept = true;
    }
    for (const SlotUse& use : ir.slots) {
        if (use.final.is_elements()) buffers[static_cast<size_t>(use.final.buffer)].is_kept = true;
    }
}

bool Flow::is_temporary(const ProgramIr& ir, int buffer) const {
    const auto index = static_cast<size_t>(buffer);
    const Uses& uses = buffers[index];
    if (ir.buffers[index].origin != Origin::kInternal || uses.is_kept || uses.writers.size() != 1)
        return false;
    for (const View& output : ir.steps[static_cast<size_t>(uses.writers[0])].outputs) {
        if (output.is_elements() && output.buffer == buffer) return is_whole(ir, output);
    }
    return false;
}

bool Flow::is_written_between(int buffer, int after, int before) const {
    const std::vector<int>& writers = buffers[static_cast<size_t>(buffer)].writers;
    return std::any_of(
        writers.begin(), writers.end(), [&](int step) { return step > after && step < before; });
}

bool is_whole(const ProgramIr& ir, const View& view) {
    return view.is_contiguous() && view.low() == 0 &&
           view.high() == ir.buffers[static_cast<size_t>(view.buffer)].bytes;
}

void erase_steps(ProgramIr& ir, const std::vector<bool>& is_erased) {
    size_t kept = 0;
    for (size_t i = 0; i < ir.steps.size(); ++i) {
        if (is_erased[i]) continue;
        if (kept != i) ir.steps[kept] = std::move(ir.steps[i]);
        ++kept;
    }
    ir.steps.resize(kept);
}

}  // namespace chainerx::internal
