// Implements capture and launches.
#include "captured_call.h"

#include <algorithm>

namespace conformance {

CapturedCall::CapturedCall(const DeviceUnderTest& subject,
                           const chx_capture_api& capture,
                           const chx_kernel_def& def,
                           const OpCall& call)
    : subject_(subject), capture_(capture), def_(def), attrs_(call.attrs), stream_(subject) {
    const auto tensor_of = [&](const OperandSpec& spec) {
        return std::make_unique<TestTensor>(*subject.memory, spec, false, Layout::kContiguous);
    };
    for (const OperandSpec& spec : call.inputs)
        inputs_.push_back(spec.is_left_out ? nullptr : tensor_of(spec));
    for (const OperandSpec& spec : call.outputs) outputs_.push_back(tensor_of(spec));
    plan_.struct_size = sizeof plan_;
}

CapturedCall::~CapturedCall() {
    subject_.api().sync(subject_.device.get(), stream_.get());
    if (captured_ != nullptr) capture_.destroy(captured_);
    if (plan_.destroy != nullptr) plan_.destroy(plan_.state);
}

// The record and the views of the operands are gone afterwards, as the core's are.
chx_status CapturedCall::call_kernel() {
    std::vector<chx_tensor> views;
    views.reserve(inputs_.size() + outputs_.size());
    const auto view_of = [&](const std::unique_ptr<TestTensor>& tensor) -> chx_tensor* {
        return tensor == nullptr ? nullptr : &views.emplace_back(*tensor->tensor());
    };
    std::vector<const chx_tensor*> in;
    std::vector<chx_tensor*> out;
    for (const auto& input : inputs_) in.push_back(view_of(input));
    for (const auto& output : outputs_) out.push_back(view_of(output));
    std::vector<char> attrs = attrs_;
    KitLaunch launch;
    launch.scratch = [this](uint64_t bytes, uint64_t align, chx_memref* memory) {
        *memory = scratch_.emplace_back(*subject_.memory, bytes, align).get();
        return CHX_OK;
    };
    chx_launch& record = launch.record;
    record.struct_size = sizeof record;
    record.n_in = static_cast<uint16_t>(in.size());
    record.n_out = static_cast<uint16_t>(out.size());
    record.in = in.data();
    record.out = out.data();
    record.attrs = attrs.empty() ? nullptr : attrs.data();
    record.attrs_size = static_cast<uint32_t>(attrs.size());
    record.flags = CHX_L_CAPTURING;
    record.device = subject_.device.get();
    record.stream = stream_.get();
    if (subject_.api().stream_native(stream_.get(), &record.native_stream) != CHX_OK)
        record.native_stream = nullptr;
    clear_error();
    if (def_.supports != nullptr) {
        const chx_status status = def_.supports(def_.state, &record);
        if (status != CHX_OK) return status;
    }
    if (def_.plan != nullptr) {
        const chx_status status = def_.plan(def_.state, &record, &plan_);
        if (status != CHX_OK) return status;
        record.plan = &plan_;
    }
    expect_ok(capture_.begin(record.device, stream_.get()), "begin of a capture");
    const chx_status status = def_.fn(def_.state, &record);
    if (status != CHX_OK) {
        expect_ok(capture_.end(record.device, stream_.get(), nullptr),
                  "end of a capture that drops what was recorded");
        return status;
    }
    expect_ok(capture_.end(record.device, stream_.get(), &captured_), "end of a capture");
    require(captured_ != nullptr, "the end of a capture succeeded without one");
    for (chx_tensor& view : views) view = {};
    std::fill(attrs.begin(), attrs.end(), static_cast<char>(kPoison));
    return CHX_OK;
}

bool CapturedCall::record() {
    const chx_status status = call_kernel();
    if (status == CHX_E_UNIMPLEMENTED) return false;
    expect_ok(status, "the kernel, while it is captured");
    try {
        for (const auto& output : outputs_) output->check_untouched("its result");
    } catch (const Failure& failure) {
        fail("while it is captured, before any launch: {}", failure.what());
    }
    return true;
}

Results CapturedCall::launch(const OpCall& call) {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        if (inputs_[i] != nullptr) inputs_[i]->rewrite(call.inputs[i].values);
    }
    for (const auto& output : outputs_) output->rewrite({});
    expect_ok(subject_.api().sync(subject_.device.get(), nullptr), "sync");
    clear_error();
    expect_ok(capture_.launch(captured_, stream_.get()), "launch of a capture");
    stream_.sync();
    Results results;
    for (const auto& output : outputs_) {
        results.push_back(output->read_elements());
        output->check_surroundings("a result");
    }
    return results;
}

}  // namespace conformance
