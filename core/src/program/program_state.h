// A finished Program: guards, what is run, and, if its results are part of a graph, what computes their gradients.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "chainerx/program.h"
#include "program/executable.h"

namespace chainerx::internal {

// What an argument has to be like.
class ArgumentGuard {
public:
    ArgumentGuard(const Array& argument, const std::vector<Array>& earlier);
    bool accepts(const Array* arguments, size_t index) const;

private:
    DType dtype_;
    const Device* device_;
    uint64_t flags_;
    bool is_connected_;
    Shape shape_;
    Strides strides_;
    int same_storage_as_ = -1;  // an earlier argument
    int64_t distance_ = 0;      // bytes from its first element
};

// What the thread was set to.
struct ThreadGuard {
    Device* default_device;
    bool is_recorded;  // the default graph
    static ThreadGuard now();
    friend bool operator==(const ThreadGuard&, const ThreadGuard&) = default;
};

// The gradients of a Program's results: a Program of its own, whose arguments are those of the first, what it left, and the
// gradients of its connected results.
struct GradientPart {
    std::vector<int> connected;  // results that are part of the graph
    std::vector<Array>
        handles;  // what gradients are wanted for: stand-ins connected to the graph; null: an argument
    std::vector<int> argument_of;  // for each handle; -1: from outside
    std::vector<int>
        gradient_of;  // for each handle: which result of backward; -1: does not depend on it
    int n_residuals = 0;
    std::vector<int> checked_arguments;  // read again, so that they must not be written meanwhile
    std::vector<StorageRef> checked_outside;
    std::unique_ptr<Executable> backward;
};

class ProgramState : public std::enable_shared_from_this<ProgramState> {
public:
    ProgramState(const std::vector<Array>& arguments, const ProgramOptions& options);
    void set_forward(ProgramIr recorded, int n_results);
    void set_gradient(GradientPart part, ProgramIr backward);

    bool accepts(const Array* arguments, int n_arguments) const;
    void run(const Array* arguments, Array* results);
    void run_backward(const std::vector<Array>& arguments, Array* results);

    const ProgramOptions options;
    const size_t n_arguments;
    int n_results = 0;  // of the function
    ProgramIr recorded, optimized;
    std::optional<GradientPart> gradient;
    std::vector<int> result_arguments;  // for each result the argument that it is; -1: none
    int64_t memory_bytes() const { return forward_->arena_bytes(); }
    const Executable& forward() const { return *forward_; }

private:
    void run_connected(const Array* arguments, Array* results);
    Reuse reuse() const;
    std::vector<ArgumentGuard> guards_;
    ThreadGuard thread_;
    std::unique_ptr<Executable> forward_;
};

// Declares results to be those of one node, whose gradient is the Program's backward part.
void connect_results(const std::shared_ptr<ProgramState>& state,
                     const Array* arguments,
                     Array* results,
                     std::vector<Array> residuals);

// Records the gradients of connected results, as further steps of the recorder. Nothing if there are none.
class ProgramRecorder;
void record_gradient(ProgramRecorder& recorder,
                     ProgramState& state,
                     const std::vector<Array>& arguments,
                     const std::vector<Array>& results,
                     uint64_t first_sequence);

}  // namespace chainerx::internal
