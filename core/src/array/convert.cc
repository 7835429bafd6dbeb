// Arrays and the world outside: host memory, other devices, single numbers, text.
#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "array/move_to_device.h"
#include "array/scalar.h"
#include "array/views.h"
#include "chainerx/array.h"
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "device/device_state.h"
#include "dispatch/call_watcher.h"
#include "dispatch/dispatch.h"
#include "dispatch/thread_context.h"
#include "program/recorder.h"

namespace chainerx {

using internal::DeviceState;
using internal::state_of;

namespace {

internal::Place place_of(const Array& array) {
    const chx_tensor& tensor = array.body()->tensor;
    return {&state_of(array.device()),
            {tensor.data, tensor.byte_offset, array.body()->storage()->memory.kind, 0},
            array.body()->storage()};
}

internal::Place host_place(void* memory) { return {nullptr, {memory, 0, CHX_MEM_HOST, 0}}; }

}  // namespace

void* Array::data() const {
    internal::check_readable(*this);
    if (!is_host_accessible()) {
        throw DeviceError(
            fmt::format("data: memory of {} can't be addressed by the host; copy the array with "
                        "to_device(\"native\")",
                        device().name()));
    }
    internal::wait_for_device(state_of(device()));
    return static_cast<char*>(body_->tensor.data) + body_->tensor.byte_offset;
}

bool Array::is_host_accessible() const { return state_of(device()).is_host_memory; }

void Array::copy_to_host(void* out) const {
    internal::check_readable(*this);
    const Array source = internal::contiguous(internal::raw_alias(*this));
    internal::copy_bytes(host_place(out),
                         place_of(source),
                         static_cast<uint64_t>(nbytes()),
                         internal::thread_context());
}

Scalar Array::item() const {
    if (size() != 1) {
        throw DimensionError(
            fmt::format("item: an array of shape {} has {} elements; expected exactly one",
                        chainerx::to_string(shape()),
                        size()));
    }
    internal::check_readable(*this);
    alignas(16) char element[16];
    if (is_host_accessible()) return internal::load_scalar(dtype(), data());
    internal::copy_bytes(host_place(element),
                         place_of(*this),
                         static_cast<uint64_t>(itemsize(dtype())),
                         internal::thread_context());
    return internal::load_scalar(dtype(), element);
}

Array array_from_memory(void* data,
                        DimsView shape,
                        DimsView strides,
                        DType dtype,
                        Device& device,
                        std::function<void()> release,
                        int64_t byte_offset,
                        bool readonly) {
    const int64_t numel = total_size(shape);
    DeviceState& state = state_of(device);
    // Negative strides reach below the first element: the block's extent is only known to its owner.
    const chx_memref memory{data, 0, CHX_MEM_DEVICE, 0};
    internal::Storage* storage = internal::make_foreign_storage(
        state, memory, static_cast<uint64_t>(numel * itemsize(dtype)), std::move(release));
    storage->is_readonly = readonly;
    const Array base = internal::new_array({0}, dtype, state);
    Array array = internal::raw_view(base, shape, strides);
    internal::release(array.body()->storage());
    array.body()->tensor.storage = reinterpret_cast<chx_storage*>(storage);
    array.body()->tensor.data = data;
    array.body()->tensor.byte_offset = static_cast<uint64_t>(byte_offset);
    if (readonly) array.body()->tensor.flags |= CHX_T_READONLY;
    return array;
}

Array array_from_host(const void* data, DimsView shape, DType dtype, Device* device) {
    Array array = internal::new_array(
        shape, dtype, state_of(device != nullptr ? *device : get_default_device()));
    internal::copy_bytes(place_of(array),
                         host_place(const_cast<void*>(data)),
                         static_cast<uint64_t>(array.nbytes()),
                         internal::thread_context());
    if (internal::ProgramRecorder* recorder = internal::thread_context().recorder)
        recorder->note_constant(array);
    return array;
}

namespace internal {

Array move_to_device(const Array& array, DeviceState& device) {
    const Array source = contiguous(raw_alias(array));
    Array target = new_array(source.shape(), source.dtype(), device);
    copy_bytes(place_of(target),
               place_of(source),
               static_cast<uint64_t>(source.nbytes()),
               thread_context());
    for (CallWatcher* watcher : thread_context().watchers) watcher->after_transfer(source, target);
    return target;
}

void mark_shared(const Array& array) {
    check_readable(array);
    array.body()->storage()->is_shared = true;
}

void check_readable(const Array& array) {
    if (ProgramRecorder* recorder = thread_context().recorder) recorder->check_host_read(array);
}

}  // namespace internal

namespace {

void append_elements(std::string& out,
                     const std::vector<char>& bytes,
                     const Array& array,
                     int axis,
                     int64_t index,
                     int indent) {
    if (axis == array.ndim()) {
        out += internal::load_scalar(array.dtype(), bytes.data() + index * itemsize(array.dtype()))
                   .to_string();
        return;
    }
    constexpr int64_t kEdge = 3;  // elements shown at each end of a long axis
    const int64_t extent = array.shape()[axis];
    int64_t step = 1;
    for (int i = axis + 1; i < array.ndim(); ++i) step *= array.shape()[i];
    const bool is_elided = extent > 2 * kEdge && array.size() > 1000;
    out += '[';
    for (int64_t i = 0; i < extent; ++i) {
        if (i > 0)
            out += axis + 1 == array.ndim()
                       ? ", "
                       : ",\n" + std::string(static_cast<size_t>(indent + axis + 1), ' ');
        if (is_elided && i == kEdge) {
            out += "..., ";
            i = extent - kEdge;
        }
        append_elements(out, bytes, array, axis + 1, index + i * step, indent);
    }
    out += ']';
}

}  // namespace

std::string Array::to_string() const {
    if (is_null()) return "array(None)";
    std::vector<char> bytes(static_cast<size_t>(nbytes()));
    copy_to_host(bytes.data());
    std::string out = "array(";
    append_elements(out, bytes, *this, 0, 0, 6);
    out += fmt::format(", shape={}, dtype={}, device='{}'",
                       chainerx::to_string(shape()),
                       dtype_name(dtype()),
                       device().name());
    const std::vector<BackpropId> ids = backprop_ids();
    if (!ids.empty()) {
        out += ", backprop_ids=[";
        for (size_t i = 0; i < ids.size(); ++i) out += (i > 0 ? ", '" : "'") + ids[i].name() + "'";
        out += ']';
    }
    return out + ')';
}

}  // namespace chainerx
