// Programs: functions of arrays that were run once, written down kernel by kernel, and run again without deciding anything.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "chainerx/array.h"
#include "chainerx/export.h"

namespace chainerx {

namespace internal {
class ProgramState;
class RecordingState;
struct CompiledState;
}  // namespace internal

// What is done to a Program before it runs. Each of these leaves the results as they are, but for rounding.
struct ProgramOptions {
    bool remove_dead_code = true;
    bool share_common_subexpressions = true;
    bool fold_constants = true;
    bool cancel_copies = true;     // of transposes and reshapes that undo each other
    bool fuse_elementwise = true;  // with broadcasts, and a reduction at the end
    int64_t fuse_from = 4096;      // elements; below, a chain's arrays stay in the cache anyway
    bool reuse_memory = true;      // of intermediate results that nobody reads any more
    bool reuse_in_place = true;    // also by the step that reads them last
    // Where the device can: hands runs of kernels to its compiler, and the rest to it as one captured launch.
    bool compile_on_device = true;
    bool capture = true;
};

// Immutable once finished; a cheap handle. Runs one at a time: further threads wait.
class CHAINERX_EXPORT Program {
public:
    Program() = default;
    bool is_null() const { return state_ == nullptr; }

    // Whether these arguments are like the recorded ones: number, dtypes, shapes, strides, devices, being part of a graph;
    // and whether this thread records graphs, and the gradients that the function reads or adds to are there, as then.
    bool accepts(const std::vector<Array>& arguments) const;
    // The function's results. Arrays that the function reached by itself are read where they are now, those that it wrote are
    // written, gradients are set; results are part of the graph if they were. Throws ProgramError unless accepts().
    std::vector<Array> run(const std::vector<Array>& arguments) const;

    // One line per step; with optimized false, as recorded.
    std::string show(bool optimized = true) const;
    // The same in the language of Graphviz.
    std::string to_dot(bool optimized = true) const;
    int step_count(bool optimized = true) const;
    // Bytes of memory for intermediate results, without those that are results or gradients in the end.
    int64_t memory_bytes() const;
    // Steps that a device has compiled, and that it has captured by now (at the second run).
    int compiled_step_count() const;
    int captured_step_count() const;

    // For bindings: no check, no vectors. results: one per result of the function.
    void run_unchecked(const Array* arguments, Array* results) const;
    bool accepts(const Array* arguments, int n_arguments) const;
    int result_count() const;
    const std::shared_ptr<internal::ProgramState>& state() const { return state_; }

private:
    friend class Recording;
    explicit Program(std::shared_ptr<internal::ProgramState> state) : state_{std::move(state)} {}
    std::shared_ptr<internal::ProgramState> state_;
};

// Writes down what this thread computes from now on until finish(). Reading values on the host, as item() does, throws
// ProgramError meanwhile. Random numbers, hyper-parameters of optimizers and their counts of steps are taken anew by each
// run; numbers, and arrays made from them, stay as they were.
class CHAINERX_EXPORT Recording {
public:
    // An array that is an argument and is reached from outside as well counts as the argument.
    explicit Recording(std::vector<Array> arguments, const ProgramOptions& options = {});
    // Gives up, unless finished.
    ~Recording();
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    // Whether an array was there before: it is neither an argument nor made since.
    bool is_from_outside(const Array& array) const;
    // If results are part of a graph, their gradients are recorded as well: a run then adds a single node to the graph.
    Program finish(const std::vector<Array>& results);

private:
    std::unique_ptr<internal::RecordingState> state_;
};

// Whether this thread is writing down a Program.
CHAINERX_EXPORT bool is_recording_program();

using ArrayFunction = std::function<std::vector<Array>(const std::vector<Array>&)>;

// A function that records itself when it is called with arguments unlike all earlier ones, and runs the Program otherwise.
class CHAINERX_EXPORT CompiledFunction {
public:
    CompiledFunction(ArrayFunction function, const ProgramOptions& options, int max_programs);
    // Calls within another recording are part of that one. Beyond max_programs kinds of arguments it logs a warning, once,
    // and runs the function itself.
    std::vector<Array> operator()(const std::vector<Array>& arguments) const;
    std::vector<Program> programs() const;

private:
    std::shared_ptr<internal::CompiledState> state_;
};
CHAINERX_EXPORT CompiledFunction compile(ArrayFunction function,
                                         const ProgramOptions& options = {},
                                         int max_programs = 8);

}  // namespace chainerx
