// A Program made ready: launch records that point into one table of tensors, run one after the other without a decision.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "device/stream_state.h"
#include "dispatch/running_launch.h"
#include "dispatch/thread_context.h"
#include "program/ir.h"
#include "program/memory_plan.h"
#include "program/run_lock.h"
#include "program/segments.h"

namespace chainerx::internal {

class Executable {
public:
    // compiles, captures: whether devices may run parts as a whole, by chx.graph and chx.capture.
    Executable(const ProgramIr& ir, Reuse reuse, bool compiles, bool captures);
    ~Executable();
    Executable(const Executable&) = delete;
    Executable& operator=(const Executable&) = delete;

    // Whether what is outside, gradients and hyper-parameters, is of the kind that it was when recording. Changes nothing.
    bool is_as_recorded() const;
    // Whether an argument lies in memory that the Program also reaches by itself, and writes one way or the other: its steps
    // were put in order without that.
    bool overlaps_outside(const Array* arguments) const;
    // Arguments as when recording in all but their memory. results: as many as the Program has.
    void run(const Array* arguments, Array* results);

    int64_t arena_bytes() const;
    // Steps that a device has compiled, and those that it has captured so far.
    int compiled_steps() const;
    int captured_steps() const;
    // What is left when nothing but the kernels runs, on the operands of the last run; for measurements.
    void run_bare() const {
        for (const Call& call : calls_) {
            if (call.fn != nullptr) call.fn(call.state, &call.running.launch);
        }
    }

private:
    struct Call {
        chx_kernel_fn fn;  // nullptr: not a kernel's
        void* state;
        RunningLaunch running;
        const Kernel* kernel;
        const Step* step;
        int64_t largest;
        std::vector<int> written;  // external buffers
    };
    // Where a buffer is now, and the tensors that view it.
    struct Binding {
        Storage* storage = nullptr;
        void* memory =
            nullptr;  // its base: a storage may be freed and another one made at its address
        int64_t base = 0;
        std::vector<std::pair<int, int64_t>> tensors;  // index, offset from base
        std::vector<Segment*> captured_by;
    };

    // A buffer that somebody may hold after the run. Those who hold the last result while they ask for the next one make two
    // blocks take turns.
    struct Kept {
        int buffer;
        StorageRef now, before;
        // Whether nobody but the Program has the block.
        static bool is_free(const StorageRef& block) {
            return block.get() != nullptr && block.get()->references.is_one() &&
                   !block.get()->is_marked();
        }
    };

    int tensor_of(const View& view);
    void make_tensors();
    void make_calls();
    void place_buffers(Reuse reuse);
    void bind(int buffer, Storage* storage, int64_t base);
    void bind_arguments(const Array* arguments);
    void bind_slots();
    void renew_results(ThreadContext& context);
    void fill_cells(ThreadContext& context);
    std::vector<StreamCall> follow_streams(ThreadContext& context);
    // At once: later steps must not take what was derived from the old values for the new ones'.
    void note_writes(const Call& call) const {
        if (call.written.empty()) return;
        for (const int buffer : call.written)
            bump_version(bindings_[static_cast<size_t>(buffer)].storage);
    }
    void run_call(Call& call, ThreadContext& context);
    void run_calls(ThreadContext& context);
    void make_segments(bool compiles, bool captures);
    bool run_segment(Segment& segment, ThreadContext& context);
    void launch_compiled(Segment& segment, chx_stream* stream);
    bool capture(Segment& segment);
    void run_watched(ThreadContext& context);
    void run_other(const Step& step, ThreadContext& context);
    [[noreturn]] void fail(const Call& call, chx_status status) const;
    Array array_of(const View& view) const;

    ProgramIr ir_;
    RunLock lock_;
    std::vector<chx_tensor> tensors_;
    std::deque<std::vector<int64_t>> dims_;
    std::deque<View> numbers_;
    std::unordered_map<std::string, int> known_tensors_;
    std::vector<const chx_tensor*> input_pointers_;
    std::vector<chx_tensor*> output_pointers_;
    std::vector<Call> calls_;  // made at once: launch records stay where they are
    std::vector<Binding> bindings_;
    std::vector<std::unique_ptr<Segment>> segments_;  // in order
    std::vector<StorageRef> arenas_;
    std::vector<Kept> kept_;  // buffers that results or gradients lie in
    std::vector<int>
        arguments_;  // buffer of each argument; -1: not used, or seen through an earlier one
    std::vector<const SlotUse*> slots_to_bind_, slots_to_write_;
    std::vector<const Storage*> outside_;  // that no argument may lie in
    bool is_long_ = false;                 // others should get the host language's lock meanwhile
    bool has_streams_ = false;
};

}  // namespace chainerx::internal
