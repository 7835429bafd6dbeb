// Writes down every kernel call of a function that runs for real, as a Program's intermediate representation.
#pragma once

#include <unordered_map>
#include <vector>

#include "dispatch/call_watcher.h"
#include "program/ir.h"

namespace chainerx::internal {

class ProgramRecorder : public CallWatcher {
public:
    // Starts to record the calls of this thread. The arguments' storages will be bound at every run.
    explicit ProgramRecorder(const std::vector<Array>& arguments);
    ~ProgramRecorder() override;

    // What has been recorded so far; results may be any arrays.
    ProgramIr snapshot(const std::vector<Array>& results);
    size_t step_count() const { return ir_.steps.size(); }
    View view_of(const Array& array);
    bool is_from_outside(const Array& array);

    void before_kernel(const Kernel& kernel, const chx_launch& launch) override;
    void after_kernel(const Kernel& kernel, const chx_launch& launch, chx_status status) override;
    void before_host_call(const OpCall& call) override;
    void after_host_call(const OpCall& call) override;
    void after_transfer(const Array& from, const Array& to) override;

    // Memory without values, and memory that was filled by the host.
    void note_fresh(const Array& array);
    void note_constant(const Array& array);
    // Is about to be written in place; existed before unless it was noted.
    void note_written(const Array& array);
    // Filled by the source before each run from now on.
    void add_cell(const Array& cell, CellSource source);
    void add_before_run(std::function<void()> action);
    // Later runs are like this one only as long as that holds.
    void add_guard(std::function<bool()> holds);
    // Throws ProgramError: a value that a later run would not see is asked for.
    void check_host_read(const Array& array);

    void slot_read(GradSlot& slot, const Array& gradient);
    void slot_written(GradSlot& slot, const Array& gradient);
    void slot_tried(GradSlot& slot, bool was_empty, const ArrayBody* gradient);

private:
    friend class RecordingPause;
    int buffer_of(const chx_tensor& tensor, Origin if_new);
    View view_of(const chx_tensor& tensor, Origin if_new);
    void keep_constant(int buffer);
    SlotUse& use_of(GradSlot& slot);

    ThreadContext& context_;
    WatchScope watch_;
    ProgramIr ir_;
    std::unordered_map<const Storage*, int> buffers_;
    std::unordered_map<const GradSlot*, size_t> slots_;
    std::unordered_map<const Kernel*, const OpDef*> ops_;
    int depth_ = 0;  // > 0: what happens is no part of the Program, or stands for one step of it
};

// What happens meanwhile is not part of the Program being recorded, if one is: state that is made on first use, say. Arrays made
// here are from outside.
class RecordingPause {
public:
    explicit RecordingPause(ThreadContext& context) : recorder_{context.recorder} {
        if (recorder_ != nullptr) ++recorder_->depth_;
    }
    ~RecordingPause() {
        if (recorder_ != nullptr) --recorder_->depth_;
    }
    RecordingPause(const RecordingPause&) = delete;
    RecordingPause& operator=(const RecordingPause&) = delete;

private:
    ProgramRecorder* recorder_;
};

}  // namespace chainerx::internal
