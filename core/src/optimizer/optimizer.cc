// What all optimizers do: walk over the parameters and keep their state.
#include "chainerx/optimizer.h"

#include <algorithm>

#include <fmt/format.h>

#include "array/scalar.h"
#include "array/views.h"
#include "autograd/node.h"
#include "chainerx/error.h"
#include "chainerx/ops/creation.h"
#include "dispatch/thread_context.h"
#include "optimizer/update_call.h"
#include "program/recorder.h"

namespace chainerx {

namespace {

// Where a parameter's gradient is.
internal::GradSlot& slot_of(const Array& param) {
    return *internal::find_meta(param.body(), BackpropId().ordinal())->slot;
}

}  // namespace

Optimizer::Optimizer(std::vector<std::string> state_names)
    : update_call_{new internal::UpdateCall}, state_names_{std::move(state_names)} {}
Optimizer::~Optimizer() = default;

void Optimizer::add_param(const Array& param) {
    if (param.is_null() || !param.is_grad_required()) {
        throw GradientError(
            "optimizer: a parameter does not ask for gradients; call require_grad() on it first");
    }
    for (const Array& known : params_) {
        if (known.is_same(param))
            throw ValueError("optimizer: a parameter was added twice; add each one once");
    }
    params_.push_back(param);
    entries_.push_back({std::vector<Array>(state_names_.size()), 0});
}

void Optimizer::add_params(const std::vector<Array>& params) {
    for (const Array& param : params) add_param(param);
}

void Optimizer::update() {
    internal::ProgramRecorder* const recorder = internal::thread_context().recorder;
    std::vector<Entry*> counted;
    recorded_members_.clear();
    auto next_entry = entries_.begin();
    for (const Array& param : params_) {
        Entry& entry = *next_entry++;
        Array gradient = internal::read_slot(slot_of(param));
        if (gradient.is_null()) continue;
        // Of double backprop: the update is no part of its graph.
        if (gradient.is_connected_to_any()) gradient = internal::raw_alias(gradient);
        for (Array& array : entry.arrays) {
            const internal::RecordingPause first_use_only(internal::thread_context());
            if (array.is_null()) array = zeros(param.shape(), param.dtype(), &param.device());
        }
        if (recorder != nullptr) {
            counted.push_back(&entry);
            guard_state(entry);
        }
        update_param(param, gradient, entry.arrays, ++entry.steps);
    }
    recorded_members_.clear();
    if (recorder == nullptr) return;
    recorder->add_before_run([life = std::weak_ptr<bool>(life_), counted = std::move(counted)] {
        if (life.expired())
            throw ProgramError("compile: the optimizer of a recorded update is gone");
        for (Entry* entry : counted) ++entry->steps;
    });
}

bool Optimizer::is_recorded() { return internal::thread_context().recorder != nullptr; }

// load_state() puts other arrays in their place.
void Optimizer::guard_state(const Entry& entry) const {
    if (entry.arrays.empty()) return;
    internal::thread_context().recorder->add_guard(
        [life = std::weak_ptr<bool>(life_), &entry, arrays = entry.arrays] {
            return life.expired() ||
                   std::equal(arrays.begin(),
                              arrays.end(),
                              entry.arrays.begin(),
                              entry.arrays.end(),
                              [](const Array& a, const Array& b) { return a.is_same(b); });
        });
}

void Optimizer::guard_number(const double& number) const {
    internal::thread_context().recorder->add_guard(
        [life = std::weak_ptr<bool>(life_), at = &number, value = number] {
            // A Program whose optimizer is gone says so when it runs.
            return life.expired() || *at == value;
        });
}

Optimizer::Number Optimizer::recorded_member(const Array& param, const double& number) const {
    for (const RecordedMember& known : recorded_members_) {
        if (known.number == &number && known.cell.dtype() == param.dtype() &&
            &known.cell.device() == &param.device())
            return known.cell;
    }
    const Array cell = recorded_cell(param, [at = &number, dtype = param.dtype()](void* to) {
        internal::store_scalar(Scalar(*at), dtype, to);
    });
    recorded_members_.push_back({&number, cell});
    return cell;
}

Array Optimizer::recorded_number(const Array& param, std::function<double()> compute) const {
    return recorded_cell(param, [compute = std::move(compute), dtype = param.dtype()](void* to) {
        internal::store_scalar(Scalar(compute()), dtype, to);
    });
}

Array Optimizer::recorded_cell(const Array& param, std::function<void(void*)> store) {
    alignas(16) char element[16];
    store(element);
    const Array cell = array_from_host(element, {}, param.dtype(), &param.device());
    internal::thread_context().recorder->add_cell(cell, std::move(store));
    return cell;
}

void Optimizer::zero_grad() {
    internal::ThreadContext& context = internal::thread_context();
    for (const Array& param : params_) internal::clear_slot(context, slot_of(param));
}

const Optimizer::Entry& Optimizer::entry(size_t param) const {
    if (param >= entries_.size()) {
        throw IndexError(fmt::format(
            "optimizer: parameter {} of {}; expected a smaller index", param, entries_.size()));
    }
    return entries_[param];
}

void Optimizer::set_state(size_t param, const std::vector<Array>& arrays, int64_t steps) {
    auto& target = const_cast<Entry&>(entry(param));
    if (arrays.size() != state_names_.size() || steps < 0) {
        throw ValueError(
            fmt::format("optimizer: {} state arrays and {} steps were given; expected {} arrays "
                        "and no negative number",
                        arrays.size(),
                        steps,
                        state_names_.size()));
    }
    std::vector<Array> copies;
    for (size_t i = 0; i < arrays.size(); ++i) {
        if (arrays[i].is_null()) {
            copies.emplace_back();
            continue;
        }
        if (arrays[i].shape() != params_[param].shape()) {
            throw DimensionError(
                fmt::format("optimizer: state {} has shape {}; expected {}, that of its parameter",
                            state_names_[i],
                            to_string(arrays[i].shape()),
                            to_string(params_[param].shape())));
        }
        const Array copy =
            empty(params_[param].shape(), params_[param].dtype(), &params_[param].device());
        internal::copy_into(copy, arrays[i]);
        copies.push_back(copy);
    }
    target.arrays = std::move(copies);
    target.steps = steps;
}

}  // namespace chainerx
