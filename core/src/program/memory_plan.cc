// Greedy by size: the largest buffer first, each at the lowest place that is free as long as it lives.
#include "program/memory_plan.h"

#include <algorithm>
#include <numeric>

#include "device/device_state.h"
#include "program/flow.h"

namespace chainerx::internal {

namespace {

struct Life {
    int first = -1, last = -1;  // steps
};

bool writes_in_place(const Step& step) {
    return step.kind == StepKind::kKernel && step.op->kind == OpKind::kElementwise &&
           step.outputs.size() == 1 && (step.kernel->caps & CHX_K_INPLACE_OK) != 0;
}

class Planner {
public:
    Planner(const ProgramIr& ir, Reuse reuse)
        : ir_{ir}, reuse_{reuse}, flow_{ir}, lives_(ir.buffers.size()), home_(ir.buffers.size()) {
        std::iota(home_.begin(), home_.end(), 0);
    }

    MemoryPlan plan() {
        find_lives();
        if (reuse_ == Reuse::kInPlace) share_in_place();
        MemoryPlan result;
        result.offsets.assign(ir_.buffers.size(), -1);
        std::vector<size_t> order;
        for (size_t i = 0; i < lives_.size(); ++i) {
            if (is_planned(i) && home_[i] == i) order.push_back(i);
        }
        std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
            return ir_.buffers[a].bytes > ir_.buffers[b].bytes;
        });
        std::vector<size_t> placed;
        for (const size_t i : order) {
            const int64_t offset = lowest_place(i, placed, result.offsets);
            result.offsets[i] = offset;
            placed.push_back(i);
            int64_t& bytes = result.arena_bytes[ir_.buffers[i].device];
            bytes = std::max(bytes, offset + extent(i));
        }
        for (size_t i = 0; i < lives_.size(); ++i) {
            if (is_planned(i)) result.offsets[i] = result.offsets[home_[i]];
        }
        return result;
    }

private:
    bool is_planned(size_t i) const { return lives_[i].first >= 0; }
    int64_t extent(size_t i) const {
        const auto alignment = std::max<int64_t>(ir_.buffers[i].device->info.alignment, 64);
        return (std::max<int64_t>(ir_.buffers[i].bytes, 1) + alignment - 1) / alignment * alignment;
    }

    void find_lives() {
        for (size_t i = 0; i < lives_.size(); ++i) {
            const Flow::Uses& uses = flow_.buffers[i];
            if (ir_.buffers[i].origin != Origin::kInternal || uses.is_kept) continue;
            if (uses.writers.empty() && uses.readers.empty()) continue;
            Life& life = lives_[i];
            life.first = static_cast<int>(ir_.steps.size());
            for (const auto* steps : {&uses.writers, &uses.readers}) {
                if (steps->empty()) continue;
                life.first = std::min(life.first, steps->front());
                life.last = std::max(life.last, steps->back());
            }
        }
    }

    // The result of a step takes over the memory of an operand that nobody reads afterwards.
    void share_in_place() {
        for (size_t i = 0; i < ir_.steps.size(); ++i) {
            const Step& step = ir_.steps[i];
            if (!writes_in_place(step) || !step.outputs[0].is_elements()) continue;
            const View& output = step.outputs[0];
            const auto to = static_cast<size_t>(output.buffer);
            if (!flow_.is_temporary(ir_, output.buffer) || home_[to] != to) continue;
            for (const View& input : step.inputs) {
                if (!input.is_elements() || !may_take_over(input, output, static_cast<int>(i)))
                    continue;
                const size_t from = home_[static_cast<size_t>(input.buffer)];
                home_[to] = from;
                lives_[from].last = lives_[to].last;
                break;
            }
        }
    }

    bool may_take_over(const View& input, const View& output, int step) const {
        const auto buffer = static_cast<size_t>(input.buffer);
        if (!is_planned(buffer) || input.buffer == output.buffer) return false;
        const size_t from = home_[buffer];
        View same = input;
        same.buffer = output.buffer;
        // No other operand may lie in that memory.
        const auto& inputs = ir_.steps[static_cast<size_t>(step)].inputs;
        const bool is_alone = std::all_of(inputs.begin(), inputs.end(), [&](const View& other) {
            return !other.is_elements() || other == input ||
                   home_[static_cast<size_t>(other.buffer)] != from;
        });
        return is_alone && same == output && lives_[from].last == step &&
               ir_.buffers[from].bytes == ir_.buffers[static_cast<size_t>(output.buffer)].bytes &&
               ir_.buffers[from].device == ir_.buffers[static_cast<size_t>(output.buffer)].device;
    }

    int64_t lowest_place(size_t i,
                         const std::vector<size_t>& placed,
                         const std::vector<int64_t>& offsets) const {
        std::vector<std::pair<int64_t, int64_t>> taken;
        for (const size_t other : placed) {
            const bool is_apart = reuse_ != Reuse::kNone && (lives_[other].last < lives_[i].first ||
                                                             lives_[other].first > lives_[i].last);
            if (ir_.buffers[other].device == ir_.buffers[i].device && !is_apart)
                taken.emplace_back(offsets[other], offsets[other] + extent(other));
        }
        std::sort(taken.begin(), taken.end());
        int64_t offset = 0;
        for (const auto& [begin, end] : taken) {
            if (offset + extent(i) <= begin) break;
            offset = std::max(offset, end);
        }
        return offset;
    }

    const ProgramIr& ir_;
    Reuse reuse_;
    Flow flow_;
    std::vector<Life> lives_;
    std::vector<size_t> home_;  // the buffer whose memory it is in
};

}  // namespace

MemoryPlan plan_memory(const ProgramIr& ir, Reuse reuse) { return Planner(ir, reuse).plan(); }

}  // namespace chainerx::internal
