// Carries computations out: reorders what is in the wrong layout, keeps weights, borrows scratch memory.
#include "computation.h"

#include <algorithm>
#include <cstring>
#include <mutex>

#include "engine.h"
#include "layout.h"
#include "primitive_attributes.h"

namespace onednn {
namespace {

constexpr uint64_t kAlignment = 64;
constexpr int32_t kLogTrace = 0;

uint64_t rounded(uint64_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

bool is_result(const Argument& argument) {
    return argument.role == Argument::Role::kOutput || argument.role == Argument::Role::kSum;
}

const chx_tensor& operand(const chx_launch& launch, const Argument& argument) {
    const auto index = static_cast<size_t>(argument.index);
    return is_result(argument) ? *launch.out[index] : *launch.in[index];
}

void CHX_CALL free_packed(void* packed) { chx::host().host_free(packed); }

}  // namespace

struct Computation::Call {
    const chx_launch& launch;
    dnnl::stream stream;
    char* scratch;
};

Computation::Computation(const dnnl::primitive_desc_base& description,
                         std::vector<Argument> arguments,
                         Reference reference)
    : implementation_(description.impl_info_str()),
      primitive_(description.get()),
      scratchpad_(description.scratchpad_desc()) {
    if (reference == Reference::kRefused && is_slow(description))
        refuse("oneDNN has only reference loops for this call");
    pad_bytes_ = rounded(scratchpad_.get_size());
    steps_.reserve(arguments.size());
    for (Argument& argument : arguments) {
        steps_.push_back({std::move(argument), {}, {}, 0, {}});
        place(steps_.back());
    }
    scratch_bytes_ += pad_bytes_;
    for (Step& step : steps_) step.offset += pad_bytes_;
}

void Computation::place(Step& step) {
    const Argument& argument = step.argument;
    if (argument.given == argument.wanted) return;
    const bool is_output = is_result(argument);
    const dnnl::memory::desc& from = is_output ? argument.wanted : argument.given;
    const dnnl::memory::desc& to = is_output ? argument.given : argument.wanted;
    const dnnl::reorder::primitive_desc description(
        engine(), from, engine(), to, primitive_attributes());
    step.reorder = dnnl::reorder(description);
    step.reorder_scratch = description.scratchpad_desc();
    pad_bytes_ = std::max(pad_bytes_, rounded(step.reorder_scratch.get_size()));
    step.offset = scratch_bytes_;
    scratch_bytes_ += rounded(argument.wanted.get_size());
    if (argument.role == Argument::Role::kWeight) {
        step.key = layout_key(argument.given) + layout_key(argument.wanted);
    }
}

void Computation::reorder(const Step& step, dnnl::memory from, dnnl::memory to, Call& call) const {
    Memories memories{{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
    if (step.reorder_scratch.get_size() != 0) {
        memories.emplace(DNNL_ARG_SCRATCHPAD,
                         dnnl::memory(step.reorder_scratch, engine(), call.scratch));
    }
    step.reorder.execute(call.stream, memories);
}

// A weight in the wanted layout that is kept with its storage; nullptr if the core keeps nothing there.
void* Computation::packed_weight(const Step& step, const dnnl::memory& given, Call& call) const {
    const chx_tensor& weight = operand(call.launch, step.argument);
    std::string key = step.key;
    key.append(reinterpret_cast<const char*>(&weight.byte_offset), sizeof weight.byte_offset);
    void* packed = nullptr;
    const chx_host_api& host = chx::host();
    if (host.storage_cache_get(&call.launch, &weight, key.data(), key.size(), &packed) != CHX_OK ||
        packed != nullptr)
        return packed;
    const uint64_t bytes = step.argument.wanted.get_size();
    packed = host.host_alloc(bytes, kAlignment);
    if (packed == nullptr) return nullptr;
    reorder(step, given, {step.argument.wanted, engine(), packed}, call);
    // On refusal too it lives until the launch has completed.
    host.storage_cache_put(
        &call.launch, &weight, key.data(), key.size(), packed, bytes, free_packed);
    return packed;
}

// Where the primitive adds up.
dnnl::memory Computation::zeros_for(const Step& step, const dnnl::memory& given, Call& call) const {
    dnnl::memory to = given;
    if (step.reorder) to = {step.argument.wanted, engine(), call.scratch + step.offset};
    std::memset(to.get_data_handle(), 0, to.get_desc().get_size());
    return to;
}

dnnl::memory Computation::take(const Step& step, Call& call) const {
    const Argument& argument = step.argument;
    const dnnl::memory given(
        argument.given, engine(), chx::data<void>(operand(call.launch, argument)));
    if (argument.role == Argument::Role::kSum) return zeros_for(step, given, call);
    if (!step.reorder) return given;
    if (argument.role == Argument::Role::kWeight) {
        if (void* packed = packed_weight(step, given, call))
            return {argument.wanted, engine(), packed};
    }
    const dnnl::memory wanted(argument.wanted, engine(), call.scratch + step.offset);
    if (!is_result(argument)) reorder(step, given, wanted, call);
    return wanted;
}

void Computation::run_with(const chx_launch& launch, Memories memories) const {
    Call call{launch, dnnl::stream(engine()), nullptr};
    if (scratch_bytes_ != 0) {
        call.scratch = static_cast<char*>(chx::scratch(launch, scratch_bytes_, kAlignment));
    }
    for (const Step& step : steps_) memories.emplace(step.argument.tag, take(step, call));
    if (scratchpad_.get_size() != 0) {
        memories.emplace(DNNL_ARG_SCRATCHPAD, dnnl::memory(scratchpad_, engine(), call.scratch));
    }
    primitive_.execute(call.stream, memories);
    for (const Step& step : steps_) {
        if (!step.reorder || !is_result(step.argument)) continue;
        chx_tensor& output = *launch.out[static_cast<size_t>(step.argument.index)];
        reorder(step,
                memories.at(step.argument.tag),
                {step.argument.given, engine(), chx::data<void>(output)},
                call);
    }
    call.stream.wait();
}

namespace {

// What a plan holds: a primitive is made for a number of threads, which the user may change between calls.
class Planned {
public:
    Planned(Maker make, const chx_launch& launch) : make_(make) { for_threads(launch); }

    const Computation& for_threads(const chx_launch& launch) {
        const int threads = threads_for(launch);
        const std::lock_guard lock(mutex_);
        for (const Made& made : made_) {
            if (made.threads == threads) return *made.computation;
        }
        const ThreadScope scope(threads);
        made_.push_back({threads, translated([&] { return make_(launch); })});
        return *made_.back().computation;
    }

private:
    struct Made {
        int threads;
        std::unique_ptr<Computation> computation;
    };
    Maker make_;
    std::mutex mutex_;
    std::vector<Made> made_;
};

void CHX_CALL destroy_planned(void* state) { delete static_cast<Planned*>(state); }

bool is_empty(const chx_launch& launch) {
    for (int i = 0; i < launch.n_in; ++i) {
        if (launch.in[i] != nullptr && launch.in[i]->numel == 0) return true;
    }
    for (int i = 0; i < launch.n_out; ++i) {
        if (launch.out[i] != nullptr && launch.out[i]->numel == 0) return true;
    }
    return false;
}

}  // namespace

chx_status plan_computation(Maker make, const chx_launch& launch, chx_plan& plan) {
    if (is_empty(launch)) refuse("arrays without elements");
    plan.state = std::make_unique<Planned>(make, launch).release();
    plan.destroy = destroy_planned;
    return CHX_OK;
}

void run_planned(const Op& op, const chx_launch& launch) {
    const Computation& computation = static_cast<Planned*>(launch.plan->state)->for_threads(launch);
    if (*chx::host().log_level <= kLogTrace) {
        const std::string text = std::string(op.name) + " by " + computation.implementation();
        chx::host().log(kLogTrace, "onednn", text.c_str());
    }
    const ThreadScope scope(threads_for(launch));
    translated([&] { computation.run(launch); });
}

}  // namespace onednn
