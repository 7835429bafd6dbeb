// From kernel calls to steps: storages become buffers, tensors become views of them.
#include "program/recorder.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "array/scalar.h"
#include "array/views.h"
#include "autograd/node.h"
#include "chainerx/error.h"
#include "chainerx/host_language.h"
#include "device/device_state.h"
#include "dispatch/op_call.h"
#include "dispatch/type_rules.h"

namespace chainerx::internal {

namespace {

const Storage* storage_of(const chx_tensor& tensor) {
    return reinterpret_cast<const Storage*>(tensor.storage);
}

DType dtype_of_tensor(const chx_tensor& tensor) { return *from_chx_dtype(tensor.dtype); }

}  // namespace

ProgramRecorder::ProgramRecorder(const std::vector<Array>& arguments)
    : context_{thread_context()}, watch_{context_, *this} {
    for (size_t i = 0; i < arguments.size(); ++i) {
        const chx_tensor& tensor = arguments[i].body()->tensor;
        if (buffers_.count(storage_of(tensor)) != 0) continue;  // a view of an earlier one
        Buffer& buffer = ir_.buffers[static_cast<size_t>(buffer_of(tensor, Origin::kArgument))];
        buffer.argument = static_cast<int>(i);
        buffer.base = static_cast<int64_t>(tensor.byte_offset);
    }
    context_.recorder = this;
}

ProgramRecorder::~ProgramRecorder() { context_.recorder = nullptr; }

int ProgramRecorder::buffer_of(const chx_tensor& tensor, Origin if_new) {
    auto* storage = const_cast<Storage*>(storage_of(tensor));
    const auto [found, is_new] = buffers_.emplace(storage, static_cast<int>(ir_.buffers.size()));
    if (is_new) {
        Buffer& buffer = ir_.buffers.emplace_back();
        buffer.origin = if_new;
        buffer.device = storage->device;
        buffer.storage = StorageRef(storage);
        buffer.base = static_cast<int64_t>(storage->memory.offset);
    }
    return found->second;
}

View ProgramRecorder::view_of(const chx_tensor& tensor, Origin if_new) {
    View view;
    view.dtype = dtype_of_tensor(tensor);
    if ((tensor.flags & CHX_T_HOST_SCALAR) != 0) {
        view.kind = View::Kind::kNumber;
        std::memcpy(view.number,
                    static_cast<const char*>(tensor.data) + tensor.byte_offset,
                    static_cast<size_t>(itemsize(view.dtype)));
        return view;
    }
    view.kind = View::Kind::kElements;
    view.buffer = buffer_of(tensor, if_new);
    Buffer& buffer = ir_.buffers[static_cast<size_t>(view.buffer)];
    view.offset = static_cast<int64_t>(tensor.byte_offset) - buffer.base;
    view.shape = DimsView(tensor.shape, tensor.ndim);
    view.strides = DimsView(tensor.strides, tensor.ndim);
    view.is_readonly = (tensor.flags & CHX_T_READONLY) != 0;
    buffer.bytes = std::max(buffer.bytes, view.high());
    return view;
}

View ProgramRecorder::view_of(const Array& array) {
    return view_of(array.body()->tensor, Origin::kOutside);
}

bool ProgramRecorder::is_from_outside(const Array& array) {
    const int buffer = buffer_of(array.body()->tensor, Origin::kOutside);
    return ir_.buffers[static_cast<size_t>(buffer)].origin == Origin::kOutside;
}

// The step that is about to write a constant would spoil it for later runs: it gets a copy to write to.
void ProgramRecorder::keep_constant(int index) {
    Buffer& buffer = ir_.buffers[static_cast<size_t>(index)];
    const uint64_t bytes = buffer.storage.get()->bytes;
    Storage* copy = buffer.device->pool.allocate(*buffer.device, bytes, context_);
    const Storage& original = *buffer.storage.get();
    copy_bytes({buffer.device, copy->memory, copy},
               {buffer.device, original.memory, buffer.storage.get()},
               bytes,
               context_);
    buffer.origin = Origin::kInternal;
    View all;
    all.kind = View::Kind::kElements;
    all.dtype = DType::kUInt8;
    all.shape = {static_cast<int64_t>(bytes)};
    all.strides = {1};
    all.buffer = index;
    Step& step = ir_.steps.emplace_back();
    step.kind = StepKind::kTransfer;
    step.device = buffer.device;
    step.outputs = {all};
    buffer.bytes = static_cast<int64_t>(bytes);
    Buffer constant = buffer;
    constant.origin = Origin::kConstant;
    constant.storage = StorageRef(copy);
    constant.base = static_cast<int64_t>(copy->memory.offset);
    release(copy);
    buffers_.emplace(copy, static_cast<int>(ir_.buffers.size()));
    all.buffer = static_cast<int>(ir_.buffers.size());
    ir_.buffers.push_back(std::move(constant));
    ir_.steps.back().inputs = {all};
}

void ProgramRecorder::before_kernel(const Kernel&, const chx_launch& launch) {
    if (depth_ > 0) return;
    for (int i = 0; i < launch.n_out; ++i) {
        if (launch.out[i] == nullptr) continue;
        const auto found = buffers_.find(storage_of(*launch.out[i]));
        if (found != buffers_.end() &&
            ir_.buffers[static_cast<size_t>(found->second)].origin == Origin::kConstant)
            keep_constant(found->second);
    }
}

void ProgramRecorder::after_kernel(const Kernel& kernel,
                                   const chx_launch& launch,
                                   chx_status status) {
    if (depth_ > 0 || status != CHX_OK) return;
    Step step;
    const OpDef*& op = ops_[&kernel];
    if (op == nullptr) op = find_op(kernel.def->op);
    step.op = op;
    step.kernel = &kernel;
    for (int i = 0; i < launch.n_in; ++i) {
        step.inputs.push_back(launch.in[i] == nullptr ? View()
                                                      : view_of(*launch.in[i], Origin::kOutside));
    }
    for (int i = 0; i < launch.n_out; ++i) {
        step.outputs.push_back(
            launch.out[i] == nullptr ? View() : view_of(*launch.out[i], Origin::kInternal));
        if (launch.out[i] != nullptr)
            step.device = const_cast<Storage*>(storage_of(*launch.out[i]))->device;
    }
    const auto* attrs = static_cast<const std::byte*>(launch.attrs);
    if (attrs != nullptr) step.attrs.assign(attrs, attrs + launch.attrs_size);
    ir_.steps.push_back(std::move(step));
}

void ProgramRecorder::before_host_call(const OpCall&) { ++depth_; }

void ProgramRecorder::after_host_call(const OpCall& call) {
    if (--depth_ > 0) return;
    for (int i = 0; i < call.op.n_outputs; ++i) {
        if (call.outputs[i].is_null()) return;  // it failed
    }
    Step step;
    step.kind = StepKind::kDoor;
    step.op = &call.op;
    step.device = &call.device;
    for (int i = 0; i < call.n_inputs; ++i) {
        View view;
        if (call.inputs[i].is_array()) {
            view = view_of(call.inputs[i].body()->tensor, Origin::kOutside);
        } else if (call.inputs[i].is_scalar()) {
            const Scalar& scalar = call.inputs[i].scalar();
            view.kind = View::Kind::kNumber;
            view.dtype = operand_dtype(call.op, i, call.dtype, scalar.default_dtype());
            store_scalar(scalar, view.dtype, view.number);
        }
        step.inputs.push_back(std::move(view));
    }
    for (int i = 0; i < call.op.n_outputs; ++i)
        step.outputs.push_back(view_of(call.outputs[i].body()->tensor, Origin::kInternal));
    const auto* attrs = static_cast<const std::byte*>(call.attrs);
    if (attrs != nullptr) step.attrs.assign(attrs, attrs + call.op.attrs_size);
    ir_.steps.push_back(std::move(step));
}

void ProgramRecorder::after_transfer(const Array& from, const Array& to) {
    if (depth_ > 0) return;
    Step step;
    step.kind = StepKind::kTransfer;
    step.inputs.push_back(view_of(from));
    step.outputs.push_back(view_of(to.body()->tensor, Origin::kInternal));
    step.device = &state_of(to.device());
    ir_.steps.push_back(std::move(step));
}

void ProgramRecorder::note_fresh(const Array& array) {
    if (depth_ == 0) buffer_of(array.body()->tensor, Origin::kInternal);
}

void ProgramRecorder::note_constant(const Array& array) {
    if (depth_ > 0) return;
    const int buffer = buffer_of(array.body()->tensor, Origin::kConstant);
    ir_.buffers[static_cast<size_t>(buffer)].origin = Origin::kConstant;
}

void ProgramRecorder::note_written(const Array& array) {
    if (depth_ == 0) buffer_of(array.body()->tensor, Origin::kOutside);
}

void ProgramRecorder::add_cell(const Array& cell, CellSource source) {
    const int buffer = buffer_of(cell.body()->tensor, Origin::kCell);
    ir_.buffers[static_cast<size_t>(buffer)].origin = Origin::kCell;
    ir_.buffers[static_cast<size_t>(buffer)].bytes = cell.nbytes();
    ir_.cells.emplace_back(buffer, std::move(source));
}

void ProgramRecorder::add_before_run(std::function<void()> action) {
    ir_.before_run.push_back(std::move(action));
}

void ProgramRecorder::add_guard(std::function<bool()> holds) {
    ir_.guards.push_back(std::move(holds));
}

void ProgramRecorder::check_host_read(const Array& array) {
    if (depth_ > 0) return;
    const auto found = buffers_.find(array.body()->storage());
    if (found != buffers_.end() &&
        ir_.buffers[static_cast<size_t>(found->second)].origin == Origin::kConstant)
        return;
    std::string made_by = "reached from outside of the function";
    if (found != buffers_.end()) {
        if (ir_.buffers[static_cast<size_t>(found->second)].origin == Origin::kArgument)
            made_by = "an argument";
        for (const Step& step : ir_.steps) {
            for (const View& output : step.outputs) {
                if (output.is_elements() && output.buffer == found->second && step.op != nullptr)
                    made_by = fmt::format("computed by {}", step.op->name);
            }
        }
    }
    const std::string where =
        host_language_hooks.where != nullptr ? host_language_hooks.where() : "";
    throw ProgramError(
        fmt::format("compile: the values of an array of shape {} and dtype {}, {}, were asked "
                    "for{}{} while the function is being recorded; a later run could not see "
                    "them: return the array instead, or take this part out of the function",
                    to_string(array.shape()),
                    dtype_name(array.dtype()),
                    made_by,
                    where.empty() ? "" : " at ",
                    where));
}

SlotUse& ProgramRecorder::use_of(GradSlot& slot) {
    const auto [found, is_new] = slots_.emplace(&slot, ir_.slots.size());
    if (is_new) {
        slot.references.add();
        ir_.slots.push_back(
            {std::shared_ptr<GradSlot>(&slot, release_slot), false, true, -1, false, {}});
    }
    return ir_.slots[found->second];
}

void ProgramRecorder::slot_read(GradSlot& slot, const Array& gradient) {
    const bool is_first = slots_.count(&slot) == 0;
    SlotUse& use = use_of(slot);
    if (is_first) {
        use.is_checked = true;
        use.was_empty = gradient.is_null();
    }
    if (use.is_written || use.buffer >= 0 || gradient.is_null()) return;
    const chx_tensor& tensor = gradient.body()->tensor;
    use.buffer = buffer_of(tensor, Origin::kSlot);
    Buffer& buffer = ir_.buffers[static_cast<size_t>(use.buffer)];
    if (buffer.origin != Origin::kSlot) return;  // known as something else
    buffer.argument = static_cast<int>(slots_.at(&slot));
    buffer.base = static_cast<int64_t>(tensor.byte_offset);
    buffer.bytes = gradient.nbytes();
    use.final = view_of(gradient);
}

void ProgramRecorder::slot_written(GradSlot& slot, const Array& gradient) {
    View final;
    if (!gradient.is_null()) final = view_of(gradient);
    SlotUse& use = use_of(slot);
    use.is_written = true;
    use.final = std::move(final);
}

void ProgramRecorder::slot_tried(GradSlot& slot, bool was_empty, const ArrayBody* gradient) {
    const bool is_first = slots_.count(&slot) == 0;
    View final;
    if (was_empty) final = view_of(gradient->tensor, Origin::kOutside);
    SlotUse& use = use_of(slot);
    if (is_first) {
        use.is_checked = true;
        use.was_empty = was_empty;
    }
    if (!was_empty) return;
    use.is_written = true;
    use.final = std::move(final);
}

ProgramIr ProgramRecorder::snapshot(const std::vector<Array>& results) {
    for (const Array& result : results) view_of(result);
    ProgramIr copy = ir_;
    for (const Array& result : results) copy.results.push_back(view_of(result));
    return copy;
}

}  // namespace chainerx::internal
