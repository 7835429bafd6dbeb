// Steps of the same kernel on the same values.
#include <string>
#include <unordered_map>

#include "program/flow.h"
#include "program/passes.h"

namespace chainerx::internal {

namespace {

template <typename T>
void append_to_key(std::string& key, const T& value) {
    key.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// versions: how often each buffer has been written so far.
std::string key_of(const Step& step, const std::vector<int>& versions) {
    std::string key;
    append_to_key(key, step.op);
    append_to_key(key, step.kernel);
    append_to_key(key, step.device);
    append_to_key(key, step.attrs.size());
    key.append(reinterpret_cast<const char*>(step.attrs.data()), step.attrs.size());
    for (const View& input : step.inputs) {
        const std::string own = key_of(input);
        append_to_key(key, own.size());
        key += own;
        append_to_key(key, input.is_elements() ? versions[static_cast<size_t>(input.buffer)] : 0);
    }
    return key;
}

bool is_repeatable(const ProgramIr& ir, const Flow& flow, const Step& step) {
    if (step.kind != StepKind::kKernel || (step.kernel->caps & CHX_K_DETERMINISTIC) == 0)
        return false;
    for (const View& output : step.outputs) {
        if (!output.is_elements() || !flow.is_temporary(ir, output.buffer)) return false;
    }
    return true;
}

}  // namespace

void share_common_subexpressions(ProgramIr& ir) {
    const Flow flow(ir);
    std::vector<int> versions(ir.buffers.size()), stands_for(ir.buffers.size());
    for (size_t i = 0; i < stands_for.size(); ++i) stands_for[i] = static_cast<int>(i);
    std::unordered_map<std::string, size_t> known;
    std::vector<bool> is_repeated(ir.steps.size());
    for (size_t i = 0; i < ir.steps.size(); ++i) {
        Step& step = ir.steps[i];
        for (View& input : step.inputs) {
            if (input.is_elements()) input.buffer = stands_for[static_cast<size_t>(input.buffer)];
        }
        const bool may_repeat = is_repeatable(ir, flow, step);
        for (const View& output : step.outputs) {
            if (output.is_elements()) ++versions[static_cast<size_t>(output.buffer)];
        }
        if (!may_repeat) continue;
        const auto [first, is_new] = known.emplace(key_of(step, versions), i);
        if (is_new) continue;
        for (size_t k = 0; k < step.outputs.size(); ++k) {
            stands_for[static_cast<size_t>(step.outputs[k].buffer)] =
                ir.steps[first->second].outputs[k].buffer;
        }
        is_repeated[i] = true;
    }
    erase_steps(ir, is_repeated);
}

}  // namespace chainerx::internal
