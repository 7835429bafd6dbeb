// Arrays of other devices seen from the host: by address where it can reach the memory, else by a copy of their bytes.
#include "dispatch/host_fallback.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

#include <fmt/format.h>

#include "array/scalar.h"
#include "array/views.h"
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "chx/ops/manipulation.h"
#include "device/device_state.h"
#include "device/synchronize.h"
#include "dispatch/call_watcher.h"
#include "dispatch/dispatch.h"
#include "dispatch/fallback_stats.h"
#include "program/recorder.h"

namespace chainerx::internal {

namespace {

// The bytes that a view touches, relative to the start of its block.
struct Span {
    int64_t first, bytes;
};

Span span_of(const Array& array) {
    int64_t low = 0, high = 0;
    for (int i = 0; i < array.ndim(); ++i) {
        const int64_t reach = array.strides()[i] * (array.shape()[i] - 1);
        (reach < 0 ? low : high) += reach;
    }
    const int64_t size = itemsize(array.dtype());
    return {array.byte_offset() + low * size, array.size() == 0 ? 0 : (high - low + 1) * size};
}

Place place_at(const Array& array, int64_t first) {
    const chx_tensor& tensor = array.body()->tensor;
    return {&state_of(array.device()),
            {tensor.data, static_cast<uint64_t>(first), array.body()->storage()->memory.kind, 0},
            array.body()->storage()};
}

// An array of the host device with the same elements and strides.
Array mirror(const Array& array, DeviceState& host, ThreadContext& context) {
    if (state_of(array.device()).is_host_memory) {
        Array alias = array_from_memory(
            array.raw_data(),
            array.shape(),
            array.strides(),
            array.dtype(),
            host,
            [keep = array] {},
            array.byte_offset());
        return alias;
    }
    const Span span = span_of(array);
    const Array block = new_array({span.bytes}, DType::kUInt8, host);
    copy_bytes(place_at(block, block.byte_offset()),
               place_at(array, span.first),
               static_cast<uint64_t>(span.bytes),
               context);
    Array view = raw_view(raw_reinterpret(block, array.dtype()), array.shape(), array.strides());
    view.body()->tensor.byte_offset += static_cast<uint64_t>(array.byte_offset() - span.first);
    return view;
}

void write_back(const Array& array, const Array& host_view, ThreadContext& context) {
    if (state_of(array.device()).is_host_memory) return;
    const Span span = span_of(array);
    const Span host_span = span_of(host_view);
    copy_bytes(place_at(array, span.first),
               place_at(host_view, host_span.first),
               static_cast<uint64_t>(span.bytes),
               context);
}

Array to_device_bytes(const Array& array, DeviceState& device, ThreadContext& context) {
    const Array source = contiguous(array);
    Array target = new_array(source.shape(), source.dtype(), device);
    copy_bytes(place_at(target, target.byte_offset()),
               place_at(source, source.byte_offset()),
               static_cast<uint64_t>(source.nbytes()),
               context);
    return target;
}

}  // namespace

void run_on_host(const OpCall& call) {
    count_fallback(call, FallbackStep::kHost);
    const HostCallScope watched(call);
    DeviceState& host = host_reference_device();
    const NoRecordScope unrecorded(call.context);
    std::vector<Operand> operands(call.inputs, call.inputs + call.n_inputs);
    std::vector<Array> mirrors;
    mirrors.reserve(operands.size());
    // What an asynchronous device still computes must be there before the host reads it.
    if (call.device.is_host_memory) wait_for_device(call.device);
    for (Operand& operand : operands) {
        if (!operand.is_array()) continue;
        retain(operand.body());
        mirrors.push_back(mirror(Array(operand.body()), host, call.context));
        operand = Operand(mirrors.back());
    }
    if (call.is_into) {
        Array views[kMaxOutputs];
        for (int i = 0; i < call.op.n_outputs; ++i)
            views[i] = mirror(call.outputs[i], host, call.context);
        dispatch_into(call.op, operands.data(), call.n_inputs, call.attrs, views);
        for (int i = 0; i < call.op.n_outputs; ++i)
            write_back(call.outputs[i], views[i], call.context);
        return;
    }
    Array results[kMaxOutputs];
    dispatch(call.op, operands.data(), call.n_inputs, call.attrs, results, &host);
    for (int i = 0; i < call.op.n_outputs; ++i)
        call.outputs[i] = to_device_bytes(results[i], call.device, call.context);
}

Array scalar_array(const Scalar& value, DType dtype, DeviceState& device) {
    alignas(16) char element[16] = {};
    store_scalar(value, dtype, element);
    Array array = new_array({}, dtype, device);
    const Place from{nullptr, {element, 0, CHX_MEM_HOST, 0}};
    copy_bytes(place_at(array, array.byte_offset()),
               from,
               static_cast<uint64_t>(itemsize(dtype)),
               thread_context());
    if (ProgramRecorder* recorder = thread_context().recorder) recorder->note_constant(array);
    return array;
}

Array copy_contiguous(const Array& array) {
    ThreadContext& context = thread_context();
    const NoRecordScope unrecorded(context);
    auto attrs = make_attrs<chx_attrs_copy>();
    attrs.dtype = to_chx_dtype(array.dtype());
    return call(kOps[kOpCopy], {array}, &attrs);
}

}  // namespace chainerx::internal
