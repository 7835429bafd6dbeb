// Results of constants: their values are known from the run that was recorded.
#include <algorithm>

#include "device/device_state.h"
#include "dispatch/thread_context.h"
#include "program/flow.h"
#include "program/passes.h"

namespace chainerx::internal {

namespace {

// Reading a large constant costs as much as making it.
constexpr int64_t kMostBytes = 1 << 16;

bool is_foldable(const ProgramIr& ir, const Flow& flow, const Step& step) {
    if (step.kind != StepKind::kKernel || (step.kernel->caps & CHX_K_DETERMINISTIC) == 0)
        return false;
    for (const View& input : step.inputs) {
        if (!input.is_elements()) continue;
        const Buffer& buffer = ir.buffers[static_cast<size_t>(input.buffer)];
        // What others may write unseen is no constant.
        if (buffer.origin != Origin::kConstant || buffer.storage.get()->is_shared) return false;
    }
    return std::all_of(step.outputs.begin(), step.outputs.end(), [&](const View& output) {
        return output.is_elements() && flow.is_temporary(ir, output.buffer) &&
               ir.buffers[static_cast<size_t>(output.buffer)].bytes <= kMostBytes;
    });
}

// A copy: the function may have handed the array itself to somebody who writes it.
void make_constant(Buffer& buffer) {
    ThreadContext& context = thread_context();
    DeviceState& device = *buffer.device;
    Storage* copy = device.pool.allocate(
        device, static_cast<uint64_t>(std::max<int64_t>(buffer.bytes, 1)), context);
    const StorageRef held(copy);
    release(copy);
    chx_memref from = buffer.storage.get()->memory;
    from.offset = static_cast<uint64_t>(buffer.base);
    copy_bytes({&device, copy->memory, copy},
               {&device, from, buffer.storage.get()},
               static_cast<uint64_t>(buffer.bytes),
               context);
    buffer.storage = held;
    buffer.base = static_cast<int64_t>(copy->memory.offset);
    buffer.origin = Origin::kConstant;
}

}  // namespace

void fold_constants(ProgramIr& ir) {
    const Flow flow(ir);
    std::vector<bool> is_folded(ir.steps.size());
    for (size_t i = 0; i < ir.steps.size(); ++i) {
        if (!is_foldable(ir, flow, ir.steps[i])) continue;
        for (const View& output : ir.steps[i].outputs)
            make_constant(ir.buffers[static_cast<size_t>(output.buffer)]);
        is_folded[i] = true;
    }
    erase_steps(ir, is_folded);
}

}  // namespace chainerx::internal
