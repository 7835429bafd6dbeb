// A Program made ready: launch records that point into one table of tensors, run one after the other without a decision.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "dispatch/running_launch.h"
#include "dispatch/thread_context.h"
#include "program/ir.h"
#include "program/memory_plan.h"

namespace chainerx::internal {

class Executable {
public:
    Executable(const ProgramIr& ir, Reuse reuse);
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
        int64_t base = 0;
        std::vector<std::pair<int, int64_t>> tensors;  // index, offset from base
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
    void follow_streams(ThreadContext& context);
    void note_writes(const Call& call) const;
    void run_calls(ThreadContext& context);
    void run_watched(ThreadContext& context);
    void run_other(const Step& step, ThreadContext& context);
    [[noreturn]] void fail(const Call& call, chx_status status) const;
    Array array_of(const View& view) const;

    ProgramIr ir_;
    std::mutex mutex_;
    std::vector<chx_tensor> tensors_;
    std::deque<std::vector<int64_t>> dims_;
    std::deque<View> numbers_;
    std::unordered_map<std::string, int> known_tensors_;
    std::vector<const chx_tensor*> input_pointers_;
    std::vector<chx_tensor*> output_pointers_;
    std::deque<Call> calls_;
    std::vector<Binding> bindings_;
    std::vector<StorageRef> arenas_;
    std::vector<std::pair<int, StorageRef>> kept_;  // buffers that results or gradients lie in
    std::vector<int>
        arguments_;  // buffer of each argument; -1: not used, or seen through an earlier one
    std::vector<const Storage*> outside_;  // that no argument may lie in
    bool is_long_ = false;                 // others should get the host language's lock meanwhile
    bool has_streams_ = false;
};

}  // namespace chainerx::internal
