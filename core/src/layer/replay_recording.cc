// Makes recorded kernel calls with operands made from the recording, and compares what comes out.
#include <cmath>
#include <cstring>
#include <map>

#include <fmt/format.h>

#include "array/views.h"
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "chainerx/replay.h"
#include "device/device_state.h"
#include "dispatch/op_def.h"
#include "dispatch/plan_cache.h"
#include "dispatch/running_launch.h"
#include "dispatch/thread_state.h"
#include "dispatch/type_rules.h"
#include "layer/recording.h"
#include "layer/tensor_span.h"

namespace chainerx {

namespace {

using internal::Bytes;
using internal::DeviceState;
using internal::Kernel;
using internal::KernelTable;
using internal::RecordedCall;
using internal::RecordedTensor;
using internal::Recording;

// What keeps a call from being made.
struct Skipped {
    std::string why;
};

// A tensor of the recording, in memory of the device.
struct MadeTensor {
    Array memory;   // uint8: what the tensor spans
    Bytes element;  // of a host scalar
    chx_tensor tensor{};
};

int64_t spanned_bytes(const RecordedTensor& record) {
    chx_tensor tensor{};
    tensor.ndim = static_cast<int32_t>(record.shape.size());
    tensor.shape = record.shape.data();
    tensor.strides = record.strides.data();
    tensor.dtype = {record.code, record.bits, record.lanes};
    tensor.numel = total_size({record.shape.data(), tensor.ndim});
    const internal::ByteSpan span = internal::span_of(tensor);
    return span.end - span.begin;
}

const Bytes* content_of(const Recording& recording, const RecordedTensor& record) {
    if (record.content < 0) return nullptr;
    const Bytes& bytes = recording.contents[static_cast<size_t>(record.content)];
    if (static_cast<int64_t>(bytes.size()) != spanned_bytes(record))
        throw Skipped{"a content has another size than its tensor"};
    return &bytes;
}

void make_operand(MadeTensor& operand,
                  const RecordedTensor& record,
                  const Bytes* content,
                  DeviceState& device) {
    chx_tensor& tensor = operand.tensor;
    tensor.ndim = static_cast<int32_t>(record.shape.size());
    tensor.shape = record.shape.data();
    tensor.strides = record.strides.data();
    tensor.dtype = {record.code, record.bits, record.lanes};
    tensor.flags = record.flags;
    tensor.numel = total_size({record.shape.data(), tensor.ndim});
    tensor.byte_offset = static_cast<uint64_t>(record.first);
    if ((record.flags & CHX_T_HOST_SCALAR) != 0) {
        operand.element.assign(64, 0);
        std::copy(content->begin(), content->end(), operand.element.begin());
        tensor.data = operand.element.data();
        tensor.device = {1, 0};
        return;
    }
    const int64_t bytes = std::max<int64_t>(spanned_bytes(record), 1);
    operand.memory = internal::new_array({bytes}, DType::kUInt8, device);
    if (content != nullptr && !content->empty())
        operand.memory = array_from_host(content->data(), {bytes}, DType::kUInt8, &device);
    const chx_tensor& place = operand.memory.body()->tensor;
    tensor.data = place.data;
    tensor.device = device.dl_device;
    tensor.storage = place.storage;
    tensor.byte_offset += place.byte_offset;
}

const Kernel& find_kernel(const RecordedCall& call,
                          const std::string& plugin,
                          DeviceState& device) {
    const internal::OpDef* op = internal::find_op(call.op);
    const KernelTable* table = device.kernels.load(std::memory_order_acquire);
    if (op == nullptr || table == nullptr) throw Skipped{"the op or the device is not there"};
    const Kernel* other = nullptr;
    for (int dtype = 0; dtype < kDTypeCount; ++dtype) {
        for (const Kernel* kernel = table->find(op->id, static_cast<DType>(dtype));
             kernel != nullptr;
             kernel = kernel->next) {
            if (kernel->provider->name != plugin || kernel->def->op_version != call.op_version)
                continue;
            if (call.dtypes == kernel->def->dtypes) return *kernel;
            // Another plugin lists its dtypes otherwise: that of the first operand decides.
            const auto* shown = call.in.empty() ? nullptr : &call.in[0];
            const chx_dtype wanted = to_chx_dtype(static_cast<DType>(dtype));
            if (shown != nullptr && shown->code == wanted.code && shown->bits == wanted.bits)
                other = kernel;
        }
    }
    if (other == nullptr)
        throw Skipped{fmt::format("{} has no kernel for it on {}", plugin, device.name())};
    return *other;
}

double float_at(const unsigned char* at, uint8_t bits) {
    if (bits == 32) {
        float value;
        std::memcpy(&value, at, sizeof value);
        return value;
    }
    double value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

// What differs, bytes between the elements of a strided view aside only if they are equal anyway.
std::string difference(const RecordedTensor& record,
                       const Bytes& expected,
                       const Bytes& actual,
                       const ReplayOptions& options) {
    if (expected == actual) return {};
    const bool is_float =
        (record.code == CHX_DT_FLOAT || record.code == CHX_DT_COMPLEX) && record.bits >= 32;
    const uint8_t bits = record.code == CHX_DT_COMPLEX ? record.bits / 2 : record.bits;
    if (!is_float) return "other bytes than recorded";
    double worst = 0;
    for (size_t at = 0; at + bits / 8 <= expected.size(); at += bits / 8) {
        const double wanted = float_at(expected.data() + at, bits);
        const double got = float_at(actual.data() + at, bits);
        const bool is_same = wanted == got || (std::isnan(wanted) && std::isnan(got));
        if (is_same) continue;
        const double excess =
            std::abs(wanted - got) / (options.atol + options.rtol * std::abs(wanted));
        worst = std::isfinite(excess) ? std::max(worst, excess) : INFINITY;
    }
    return worst <= 1 ? std::string() : fmt::format("off by {:.3g} times the tolerance", worst);
}

// What a call came to; empty: as recorded.
std::string make_call(const Recording& recording,
                      const RecordedCall& call,
                      const ReplayOptions& options) {
    const bool is_elsewhere = !options.device.empty();
    DeviceState& device =
        internal::state_of(get_device(is_elsewhere ? options.device : call.device));
    const std::string plugin = !options.plugin.empty() ? options.plugin
                               : is_elsewhere          ? device.plugin->name
                                                       : call.plugin;
    const Kernel& kernel = find_kernel(call, plugin, device);
    std::vector<MadeTensor> in(call.in.size()), out(call.out.size());
    std::vector<const chx_tensor*> inputs;
    std::vector<chx_tensor*> outputs;
    for (size_t i = 0; i < in.size(); ++i) {
        const RecordedTensor& record = call.in[i];
        const Bytes* content = record.is_present ? content_of(recording, record) : nullptr;
        if (record.is_present && content == nullptr)
            throw Skipped{"its operands were not recorded"};
        if (record.is_present) make_operand(in[i], record, content, device);
        inputs.push_back(record.is_present ? &in[i].tensor : nullptr);
    }
    for (size_t i = 0; i < out.size(); ++i) {
        const RecordedTensor& record = call.out[i];
        // Gaps between elements start as they were recorded in the end.
        const Bytes* content = record.is_present ? content_of(recording, record) : nullptr;
        const bool is_alias = i < call.alias.size() && call.alias[i] >= 0 &&
                              static_cast<size_t>(call.alias[i]) < in.size();
        if (record.is_present && is_alias) {
            const MadeTensor& same = in[static_cast<size_t>(call.alias[i])];
            out[i].memory = same.memory;
            out[i].tensor = same.tensor;
        } else if (record.is_present) {
            const bool is_gapless = (record.flags & CHX_T_CONTIGUOUS) != 0;
            make_operand(out[i], record, is_gapless ? nullptr : content, device);
        }
        outputs.push_back(record.is_present ? &out[i].tensor : nullptr);
    }
    internal::RunningLaunch running{&device,
                                    {sizeof(chx_launch),
                                     static_cast<uint16_t>(inputs.size()),
                                     static_cast<uint16_t>(outputs.size()),
                                     inputs.data(),
                                     outputs.data(),
                                     call.has_attrs ? call.attrs.data() : nullptr,
                                     static_cast<uint32_t>(call.attrs.size()),
                                     call.flags,
                                     kernel.device,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     call.inplace_outs}};
    internal::put_error_text({});
    chx_status status =
        (kernel.caps & CHX_K_MAY_REFUSE) != 0 ? internal::prepare(kernel, running) : CHX_OK;
    if (status == CHX_OK) status = kernel.fn(kernel.state, &running.launch);
    if (status != call.status) {
        const std::string text = internal::take_error_text();
        return fmt::format("{} {}; recorded was {} {}",
                           internal::status_text(status),
                           text,
                           internal::status_text(call.status),
                           call.text);
    }
    device.synchronize();
    for (size_t i = 0; i < out.size() && status == CHX_OK; ++i) {
        const Bytes* expected =
            call.out[i].is_present ? content_of(recording, call.out[i]) : nullptr;
        if (expected == nullptr || expected->empty()) continue;
        Bytes actual(expected->size());
        out[i].memory.copy_to_host(actual.data());
        const std::string text = difference(call.out[i], *expected, actual, options);
        if (!text.empty()) return fmt::format("output {}: {}", i, text);
    }
    return {};
}

}  // namespace

ReplayReport replay_recording(const std::string& path, const ReplayOptions& options) {
    const Recording recording = internal::read_recording(path);
    ReplayReport report;
    report.is_truncated = recording.is_truncated;
    for (size_t i = 0; i < recording.calls.size(); ++i) {
        if (options.only >= 0 && static_cast<int64_t>(i) != options.only) continue;
        const RecordedCall& call = recording.calls[i];
        std::string outcome;
        try {
            ++report.calls;
            outcome = make_call(recording, call, options);
            if (!outcome.empty()) ++report.differing;
        } catch (const Skipped& skipped) {
            --report.calls;
            ++report.skipped;
            outcome = "skipped: " + skipped.why;
        } catch (const ChainerxError& error) {
            ++report.differing;
            outcome = error.what();
        }
        if (!outcome.empty()) {
            report.text += fmt::format("call {}: {} on {} (plugin {} {}): {}\n",
                                       i,
                                       call.op,
                                       call.device,
                                       call.plugin,
                                       call.version,
                                       outcome);
        }
    }
    if (report.is_truncated)
        report.text += "the recording has no end: what was not written whole is left out\n";
    report.text += fmt::format("{} calls made, {} differ from the recording, {} skipped\n",
                               report.calls,
                               report.differing,
                               report.skipped);
    return report;
}

}  // namespace chainerx
