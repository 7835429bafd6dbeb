// Calls as they begin and end: summed up by row, and kept as events while there is room.
#include "profile/profile_recorder.h"

#include <unistd.h>

#include <utility>

#include <fmt/format.h>

#include "chainerx/fallback.h"
#include "device/device_state.h"
#include "dispatch/op_call.h"
#include "plugin/loaded_plugin.h"

namespace chainerx::internal {

namespace {

// Without axes along which one element is seen many times.
uint64_t bytes_of(const chx_tensor* tensor) {
    if (tensor == nullptr || (tensor->flags & CHX_T_HOST_SCALAR) != 0) return 0;
    int64_t elements = tensor->numel;
    if ((tensor->flags & CHX_T_CONTIGUOUS) == 0 && elements > 0) {
        for (int axis = 0; axis < tensor->ndim; ++axis) {
            if (tensor->strides[axis] == 0) elements /= tensor->shape[axis];
        }
    }
    const uint64_t bits = uint64_t{tensor->dtype.bits} * tensor->dtype.lanes;
    return (static_cast<uint64_t>(elements) * bits + 7) / 8;
}

uint64_t bytes_of(const chx_launch& launch) {
    uint64_t bytes = 0;
    for (int i = 0; i < launch.n_in; ++i) bytes += bytes_of(launch.in[i]);
    for (int i = 0; i < launch.n_out; ++i) bytes += bytes_of(launch.out[i]);
    return bytes;
}

void add_tensor(EventLog& events, const chx_tensor* tensor) {
    if (tensor == nullptr) {
        events.add_operand({}, 0, nullptr);
    } else {
        events.add_operand(tensor->dtype, tensor->ndim, tensor->shape);
    }
}

void add_operand(EventLog& events, const Operand& operand) {
    if (operand.is_scalar()) {
        events.add_operand(to_chx_dtype(operand.scalar().default_dtype()), 0, nullptr);
    } else {
        add_tensor(events, operand.is_array() ? &operand.body()->tensor : nullptr);
    }
}

// Kernels on their way, from which on those that are done are looked for.
constexpr size_t kMostPending = 1024;

// Memory that both sides share is not left by a copy from or to the host's own.
bool is_transfer(const Place& to, const Place& from) {
    const bool is_host_only = (to.device == nullptr || to.device->is_host_memory) &&
                              (from.device == nullptr || from.device->is_host_memory);
    return to.device != from.device &&
           !(is_host_only && (to.device == nullptr || from.device == nullptr));
}

}  // namespace

ProfileRecorder::ProfileRecorder(ThreadContext& context, size_t max_events)
    : context_{context}, thread_id_{::gettid()}, events_{max_events}, rows_(1) {
    begin_ns_ = now();
    watch_.emplace(context, *this);
}

void ProfileRecorder::stop() {
    if (!is_running()) return;
    end_ns_ = now();
    watch_.reset();
    while (!frames_.empty()) close_last(end_ns_, 0);
    timer_.wait_for_all([this](const TimedKernel& kernel) { add_timed(kernel); });
}

void ProfileRecorder::add_timed(const TimedKernel& kernel) {
    ProfileRow& row = rows_[kernel.op_row];
    row.sum.kernel_ns += kernel.end_ns - kernel.begin_ns;
    row.device_ns += kernel.end_ns - kernel.begin_ns;
    Event* event = kernel.call != nullptr ? events_.add(kernel.call->row) : nullptr;
    if (event == nullptr) return;
    *event = *kernel.call;
    event->begin_ns = kernel.begin_ns;
    event->end_ns = kernel.end_ns;
    event->track = kernel.track;
}

uint32_t ProfileRecorder::add_row(ProfileKind kind, std::string name, std::string device) {
    ProfileRow row;
    row.sum.kind = kind;
    row.sum.name = std::move(name);
    row.sum.device = std::move(device);
    rows_.push_back(std::move(row));
    return static_cast<uint32_t>(rows_.size() - 1);
}

uint32_t ProfileRecorder::row_of_op(const OpDef& op, const Device& device) {
    if (op.id >= row_of_id_.size()) row_of_id_.resize(op.id + 1u);
    for (uint32_t row = row_of_id_[op.id]; row != 0; row = rows_[row].next_of_op) {
        if (rows_[row].device == &device) return row;
    }
    const uint32_t row = add_row(ProfileKind::kOp, full_name(op), device.name());
    rows_[row].device = &device;
    rows_[row].next_of_op = std::exchange(row_of_id_[op.id], row);
    return row;
}

uint32_t ProfileRecorder::row_of_kernel(const Kernel& kernel, const chx_launch& launch) {
    ProfileRow* caller = frames_.empty() ? nullptr : &rows_[frames_.back().row];
    if (caller != nullptr && caller->kernel == &kernel) return caller->kernel_row;
    const Device* device = running_launch_of(&launch).device;
    uint32_t& row = row_by_key_[{ProfileKind::kKernel, &kernel, device, {}}];
    if (row == 0) {
        row = add_row(ProfileKind::kKernel, kernel.def->op, device->name());
        rows_[row].plugin = kernel.provider->name;
        caller = frames_.empty() ? nullptr : &rows_[frames_.back().row];
    }
    if (caller != nullptr) {
        caller->kernel = &kernel;
        caller->kernel_row = row;
    }
    return row;
}

uint32_t ProfileRecorder::row_of_transfer(const Place& to, const Place& from) {
    uint32_t& row = row_by_key_[{ProfileKind::kTransfer, from.device, to.device, {}}];
    if (row == 0) {
        const auto name = [](const Place& place) {
            return place.device == nullptr ? std::string("host") : place.device->name();
        };
        row = add_row(
            ProfileKind::kTransfer, "transfer", fmt::format("{} -> {}", name(from), name(to)));
    }
    return row;
}

uint32_t ProfileRecorder::row_of_name(ProfileKind kind, std::string_view name) {
    uint32_t& row = row_by_key_[{kind, nullptr, nullptr, std::string(name)}];
    if (row == 0) row = add_row(kind, std::string(name), {});
    return row;
}

void ProfileRecorder::close(ProfileKind kind, int64_t end_ns, uint64_t bytes) {
    size_t depth = frames_.size();
    while (depth > 0 && frames_[depth - 1].kind != kind) --depth;
    if (depth == 0) return;
    while (frames_.size() > depth) close_last(end_ns, 0);
    close_last(end_ns, bytes);
}

void ProfileRecorder::close_last(int64_t end_ns, uint64_t bytes) {
    const Frame frame = frames_.back();
    frames_.pop_back();
    const int64_t total = end_ns - frame.begin_ns;
    const bool is_region = frame.kind == ProfileKind::kRegion;
    ProfileEntry& sum = rows_[frame.row].sum;
    ++sum.calls;
    sum.total_ns += total;
    sum.bytes += bytes;
    if (!is_region) sum.host_ns += total - frame.nested_ns;
    // A region is looked through: what it holds is nested in the call around it, but not what it takes itself.
    if (!frames_.empty()) frames_.back().nested_ns += is_region ? frame.nested_ns : total;
    if (frame.event == nullptr) return;
    frame.event->begin_ns = frame.begin_ns;
    frame.event->end_ns = end_ns;
    frame.event->bytes = bytes;
}

void ProfileRecorder::before_kernel(const Kernel& kernel, const chx_launch& launch) {
    kernel_row_ = row_of_kernel(kernel, launch);
    kernel_event_ = events_.add(kernel_row_);
    if (kernel_event_ != nullptr) {
        for (int i = 0; i < launch.n_in; ++i) add_tensor(events_, launch.in[i]);
        for (int i = 0; i < launch.n_out; ++i) add_tensor(events_, launch.out[i]);
        kernel_event_->n_inputs = static_cast<uint8_t>(launch.n_in);
        kernel_event_->n_outputs = static_cast<uint8_t>(launch.n_out);
    }
    DeviceState& device = *running_launch_of(&launch).device;
    is_timed_ = device.has_streams && timer_.begin(device, launch);
    kernel_begin_ns_ = now();
}

void ProfileRecorder::after_kernel(const Kernel&, const chx_launch& launch, chx_status status) {
    const int64_t end = now();
    const int64_t took = end - kernel_begin_ns_;
    const uint64_t bytes = status == CHX_OK ? bytes_of(launch) : 0;
    const bool is_in_op = !frames_.empty() && frames_.back().kind == ProfileKind::kOp;
    const uint32_t row = is_in_op ? frames_.back().row : kernel_row_;
    if (is_timed_) is_timed_ = timer_.end(row, kernel_event_);
    ProfileEntry& sum = rows_[row].sum;
    ++sum.kernel_calls;
    sum.bytes += bytes;
    if (!is_in_op) {
        ++sum.calls;
        sum.total_ns += took;
    }
    // Enqueueing is the host's time if the kernel's own is known.
    if (!is_timed_) {
        sum.kernel_ns += took;
    } else if (!is_in_op) {
        sum.host_ns += took;
    }
    if (!frames_.empty() && !(is_timed_ && is_in_op)) frames_.back().nested_ns += took;
    if (kernel_event_ != nullptr) {
        kernel_event_->begin_ns = kernel_begin_ns_;
        kernel_event_->end_ns = end;
        kernel_event_->bytes = bytes;
    }
    if (timer_.pending_count() >= kMostPending)
        timer_.report_done([this](const TimedKernel& kernel) { add_timed(kernel); });
}

void ProfileRecorder::before_op(const OpDef& op,
                                const Operand* inputs,
                                int n_inputs,
                                const Device& device) {
    const uint32_t row = row_of_op(op, device);
    Event* event = events_.add(row);
    if (event != nullptr) {
        for (int i = 0; i < n_inputs; ++i) add_operand(events_, inputs[i]);
        event->n_inputs = static_cast<uint8_t>(n_inputs);
    }
    open(ProfileKind::kOp, row, event);
}

void ProfileRecorder::after_op(const OpDef&) { close(ProfileKind::kOp, now()); }

void ProfileRecorder::after_fallback(const OpCall& call, FallbackStep step) {
    ProfileEntry& sum = rows_[row_of_op(call.op, call.device)].sum;
    switch (step) {
        case FallbackStep::kAdapted:
            ++sum.adapted;
            break;
        case FallbackStep::kDecomposed:
            ++sum.decomposed;
            break;
        case FallbackStep::kHost:
            ++sum.on_host;
            break;
    }
    if (!frames_.empty() && frames_.back().event != nullptr)
        frames_.back().event->steps |= static_cast<uint8_t>(1u << static_cast<int>(step));
}

void ProfileRecorder::before_copy(const Place& to, const Place& from, uint64_t) {
    if (!is_transfer(to, from)) return;
    const uint32_t row = row_of_transfer(to, from);
    open(ProfileKind::kTransfer, row, events_.add(row));
}

void ProfileRecorder::after_copy(const Place& to, const Place& from, uint64_t bytes) {
    if (is_transfer(to, from)) close(ProfileKind::kTransfer, now(), bytes);
}

void ProfileRecorder::before_backward() {
    const uint32_t row = row_of_name(ProfileKind::kBackward, "backward");
    open(ProfileKind::kBackward, row, events_.add(row));
}

void ProfileRecorder::after_backward() { close(ProfileKind::kBackward, now()); }

void ProfileRecorder::before_program() {
    const uint32_t row = row_of_name(ProfileKind::kProgram, "program");
    open(ProfileKind::kProgram, row, events_.add(row));
}

void ProfileRecorder::after_program() { close(ProfileKind::kProgram, now()); }

void ProfileRecorder::before_region(std::string_view name) {
    const uint32_t row = row_of_name(ProfileKind::kRegion, name);
    open(ProfileKind::kRegion, row, events_.add(row));
}

void ProfileRecorder::after_region() { close(ProfileKind::kRegion, now()); }

}  // namespace chainerx::internal
