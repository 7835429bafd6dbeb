// Recording, guards, and the handle that users hold.
#include "chainerx/program.h"

#include <algorithm>

#include <fmt/format.h>

#include "autograd/node.h"
#include "chainerx/error.h"
#include "device/device_state.h"
#include "program/passes.h"
#include "program/program_state.h"
#include "program/recorder.h"
#include "program/text.h"

namespace chainerx::internal {

ArgumentGuard::ArgumentGuard(const Array& argument, const std::vector<Array>& earlier)
    : dtype_{argument.dtype()},
      device_{&argument.device()},
      flags_{argument.body()->tensor.flags},
      is_connected_{argument.is_connected_to_any()},
      shape_{argument.shape()},
      strides_{argument.strides()} {
    for (size_t i = 0; i < earlier.size() && same_storage_as_ < 0; ++i) {
        if (earlier[i].body()->storage() != argument.body()->storage()) continue;
        same_storage_as_ = static_cast<int>(i);
        distance_ = argument.byte_offset() - earlier[i].byte_offset();
    }
}

bool ArgumentGuard::accepts(const Array* arguments, size_t index) const {
    const ArrayBody* body = arguments[index].body();
    if (body->dtype != dtype_ || body->device != device_ || body->tensor.flags != flags_ ||
        (body->autograd != nullptr) != is_connected_ ||
        arguments[index].shape() != DimsView(shape_) ||
        arguments[index].strides() != DimsView(strides_))
        return false;
    for (size_t i = 0; i < index; ++i) {
        const bool is_shared = arguments[i].body()->storage() == body->storage();
        const bool was_shared = static_cast<int>(i) == same_storage_as_;
        if (was_shared &&
            (!is_shared ||
             arguments[index].byte_offset() - arguments[i].byte_offset() != distance_))
            return false;
        // (A third argument in the same memory is compared with the first.)
        if (same_storage_as_ < 0 && is_shared) return false;
    }
    return true;
}

ThreadGuard ThreadGuard::now() {
    return {&get_default_device(), is_backprop_required(BackpropId{})};
}

namespace {

// Applies the passes that the options ask for.
ProgramIr optimize(const ProgramIr& recorded, const ProgramOptions& options) {
    ProgramIr ir = recorded;
    if (options.cancel_copies) cancel_copies(ir);
    if (options.share_common_subexpressions) share_common_subexpressions(ir);
    if (options.fold_constants) fold_constants(ir);
    if (options.remove_dead_code) remove_dead_code(ir);
    if (options.fuse_elementwise) fuse_elementwise(ir, options.fuse_from);
    return ir;
}

}  // namespace

ProgramState::ProgramState(const std::vector<Array>& arguments, const ProgramOptions& chosen)
    : options{chosen}, n_arguments{arguments.size()}, thread_{ThreadGuard::now()} {
    for (size_t i = 0; i < arguments.size(); ++i) {
        const std::vector<Array> earlier(arguments.begin(),
                                         arguments.begin() + static_cast<std::ptrdiff_t>(i));
        guards_.emplace_back(arguments[i], earlier);
    }
}

Reuse ProgramState::reuse() const {
    if (!options.reuse_memory) return Reuse::kNone;
    return options.reuse_in_place ? Reuse::kInPlace : Reuse::kAfterLastUse;
}

void ProgramState::set_forward(ProgramIr ir, int n) {
    n_results = n;
    optimized = optimize(ir, options);
    recorded = std::move(ir);
    forward_ = std::make_unique<Executable>(
        optimized, reuse(), options.compile_on_device, options.capture);
}

void ProgramState::set_gradient(GradientPart part, ProgramIr backward) {
    part.backward = std::make_unique<Executable>(
        optimize(backward, options), reuse(), options.compile_on_device, options.capture);
    gradient = std::move(part);
}

bool ProgramState::accepts(const Array* arguments, int n) const {
    if (static_cast<size_t>(n) != n_arguments || !(ThreadGuard::now() == thread_)) return false;
    for (size_t i = 0; i < n_arguments; ++i) {
        if (!guards_[i].accepts(arguments, i)) return false;
    }
    return forward_->is_as_recorded() && !forward_->overlaps_outside(arguments);
}

void ProgramState::run(const Array* arguments, Array* results) {
    if (gradient) {
        run_connected(arguments, results);
    } else {
        forward_->run(arguments, results);
    }
    for (size_t i = 0; i < result_arguments.size(); ++i) {
        if (result_arguments[i] >= 0)
            results[i] = arguments[static_cast<size_t>(result_arguments[i])];
    }
}

void ProgramState::run_connected(const Array* arguments, Array* results) {
    std::vector<Array> all(static_cast<size_t>(n_results + gradient->n_residuals));
    forward_->run(arguments, all.data());
    std::vector<Array> residuals(all.begin() + n_results, all.end());
    std::move(all.begin(), all.begin() + n_results, results);
    connect_results(shared_from_this(), arguments, results, std::move(residuals));
}

void ProgramState::run_backward(const std::vector<Array>& arguments, Array* results) {
    gradient->backward->run(arguments.data(), results);
}

class RecordingState {
public:
    RecordingState(std::vector<Array> arguments, const ProgramOptions& options)
        : arguments_{std::move(arguments)},
          state_{std::make_shared<ProgramState>(arguments_, options)},
          first_sequence_{thread_context().sequence},
          recorder_{std::make_unique<ProgramRecorder>(arguments_)} {}

    std::shared_ptr<ProgramState> finish(const std::vector<Array>& results) {
        if (recorder_ == nullptr) throw ProgramError("recording: it is finished already");
        record_gradient(*recorder_, *state_, arguments_, results, first_sequence_);
        if (!state_->gradient)
            state_->set_forward(recorder_->snapshot(results), static_cast<int>(results.size()));
        for (const Array& result : results) state_->result_arguments.push_back(argument_of(result));
        recorder_.reset();
        return state_;
    }

    bool is_from_outside(const Array& array) {
        return recorder_ != nullptr && recorder_->is_from_outside(array);
    }

private:
    // The argument that a result is, or is a mere alias of; -1 if there is none.
    int argument_of(const Array& result) const {
        for (size_t i = 0; i < arguments_.size(); ++i) {
            const Array& argument = arguments_[i];
            const AutogradMeta* own = result.body()->autograd;
            const AutogradMeta* its = argument.body()->autograd;
            const bool is_alias = own != nullptr && its != nullptr && own->node == its->node &&
                                  own->output == its->output &&
                                  result.body()->storage() == argument.body()->storage();
            if (result.is_same(argument) || is_alias) return static_cast<int>(i);
        }
        return -1;
    }

    std::vector<Array> arguments_;
    std::shared_ptr<ProgramState> state_;
    uint64_t first_sequence_;
    std::unique_ptr<ProgramRecorder> recorder_;
};

}  // namespace chainerx::internal

namespace chainerx {

bool Program::accepts(const std::vector<Array>& arguments) const {
    return accepts(arguments.data(), static_cast<int>(arguments.size()));
}

bool Program::accepts(const Array* arguments, int n_arguments) const {
    return state_->accepts(arguments, n_arguments);
}

std::vector<Array> Program::run(const std::vector<Array>& arguments) const {
    if (!accepts(arguments)) {
        std::string given;
        for (const Array& array : arguments)
            given += fmt::format("{}{} {}",
                                 given.empty() ? "" : ", ",
                                 dtype_name(array.dtype()),
                                 chainerx::to_string(array.shape()));
        throw ProgramError(fmt::format(
            "program: the arguments ({}) are not like those that it was recorded with; expected "
            "the "
            "same number, dtypes, shapes, strides, devices and graphs; record another one, or use "
            "compile(), which does",
            given));
    }
    std::vector<Array> results(static_cast<size_t>(result_count()));
    state_->run(arguments.data(), results.data());
    return results;
}

void Program::run_unchecked(const Array* arguments, Array* results) const {
    state_->run(arguments, results);
}

int Program::result_count() const { return state_->n_results; }

std::string Program::show(bool optimized) const {
    return internal::text_of(optimized ? state_->optimized : state_->recorded);
}

std::string Program::to_dot(bool optimized) const {
    return internal::dot_of(optimized ? state_->optimized : state_->recorded);
}

int Program::step_count(bool optimized) const {
    return static_cast<int>((optimized ? state_->optimized : state_->recorded).steps.size());
}

int Program::compiled_step_count() const { return state_->forward().compiled_steps(); }

int Program::captured_step_count() const { return state_->forward().captured_steps(); }

int64_t Program::memory_bytes() const { return state_->memory_bytes(); }

Recording::Recording(std::vector<Array> arguments, const ProgramOptions& options) {
    if (is_recording_program())
        throw ProgramError(
            "recording: this thread records a program already; finish that one first");
    state_ = std::make_unique<internal::RecordingState>(std::move(arguments), options);
}

Recording::~Recording() = default;

bool Recording::is_from_outside(const Array& array) const { return state_->is_from_outside(array); }

Program Recording::finish(const std::vector<Array>& results) {
    return Program(state_->finish(results));
}

bool is_recording_program() { return internal::thread_context().recorder != nullptr; }

}  // namespace chainerx
