// Functions that keep one Program for every kind of arguments they have seen.
#include <mutex>

#include <fmt/format.h>

#include "chainerx/log.h"
#include "chainerx/program.h"

namespace chainerx {

namespace internal {

struct CompiledState {
    ArrayFunction function;
    ProgramOptions options;
    size_t max_programs;
    std::mutex mutex;
    std::vector<Program> programs;
    bool has_warned = false;

    Program find(const std::vector<Array>& arguments) {
        const std::lock_guard lock(mutex);
        for (const Program& program : programs) {
            if (program.accepts(arguments)) return program;
        }
        return Program();
    }

    // Whether another kind of arguments may be recorded.
    bool has_room() {
        const std::lock_guard lock(mutex);
        if (programs.size() < max_programs) return true;
        if (!std::exchange(has_warned, true)) {
            log(kLogWarning,
                "chainerx.program",
                fmt::format("compile: a function was called with more than {} kinds of arguments; "
                            "from now on it runs unrecorded with other ones",
                            max_programs));
        }
        return false;
    }
};

}  // namespace internal

CompiledFunction::CompiledFunction(ArrayFunction function,
                                   const ProgramOptions& options,
                                   int max_programs)
    : state_{std::make_shared<internal::CompiledState>()} {
    state_->function = std::move(function);
    state_->options = options;
    state_->max_programs = static_cast<size_t>(max_programs);
}

std::vector<Array> CompiledFunction::operator()(const std::vector<Array>& arguments) const {
    if (is_recording_program()) return state_->function(arguments);
    const Program known = state_->find(arguments);
    if (!known.is_null()) return known.run(arguments);
    if (!state_->has_room()) return state_->function(arguments);
    Recording recording(arguments, state_->options);
    std::vector<Array> results = state_->function(arguments);
    const Program program = recording.finish(results);
    const std::lock_guard lock(state_->mutex);
    state_->programs.push_back(program);
    return results;
}

std::vector<Program> CompiledFunction::programs() const {
    const std::lock_guard lock(state_->mutex);
    return state_->programs;
}

CompiledFunction compile(ArrayFunction function, const ProgramOptions& options, int max_programs) {
    return {std::move(function), options, max_programs};
}

}  // namespace chainerx
