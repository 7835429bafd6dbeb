// Backwards through the steps: what is needed is what the results and the world outside depend on.
#include <algorithm>

#include "program/flow.h"
#include "program/passes.h"

namespace chainerx::internal {

namespace {

bool reads(const Step& step, int buffer) {
    return std::any_of(step.inputs.begin(), step.inputs.end(), [&](const View& input) {
        return input.is_elements() && input.buffer == buffer;
    });
}

}  // namespace

void remove_dead_code(ProgramIr& ir) {
    const Flow flow(ir);
    std::vector<bool> is_needed(ir.buffers.size());
    for (size_t i = 0; i < ir.buffers.size(); ++i)
        is_needed[i] = flow.buffers[i].is_kept || ir.buffers[i].is_external();
    std::vector<bool> is_dead(ir.steps.size());
    for (size_t i = ir.steps.size(); i-- > 0;) {
        const Step& step = ir.steps[i];
        is_dead[i] = std::none_of(step.outputs.begin(), step.outputs.end(), [&](const View& view) {
            return view.is_elements() && is_needed[static_cast<size_t>(view.buffer)];
        });
        if (is_dead[i]) continue;
        // Whatever was in a buffer that is written as a whole is not needed.
        for (const View& output : step.outputs) {
            const auto buffer = static_cast<size_t>(output.buffer);
            if (output.is_elements() && !ir.buffers[buffer].is_external() && is_whole(ir, output) &&
                !reads(step, output.buffer))
                is_needed[buffer] = false;
        }
        for (const View& input : step.inputs) {
            if (input.is_elements()) is_needed[static_cast<size_t>(input.buffer)] = true;
        }
    }
    erase_steps(ir, is_dead);
}

}  // namespace chainerx::internal
