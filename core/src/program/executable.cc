// Lowering: tensors, launch records and the places of buffers.
#include "program/executable.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "array/views.h"
#include "device/device_state.h"
#include "dispatch/plan_cache.h"
#include "program/flow.h"

namespace chainerx::internal {

namespace {

// One element that is repeated arrives as a number does, where the kernel and the memory allow it.
void show_singles(Step& step) {
    if (step.kind != StepKind::kKernel || step.op->kind != OpKind::kElementwise ||
        (step.kernel->caps & CHX_K_HOST_SCALAR) == 0 || !step.device->is_host_memory)
        return;
    const int64_t numel = step.outputs[0].numel();
    const auto is_written = [&](int buffer) {
        return std::any_of(step.outputs.begin(), step.outputs.end(), [&](const View& output) {
            return output.is_elements() && output.buffer == buffer;
        });
    };
    for (View& input : step.inputs) {
        const bool is_repeated =
            input.is_elements() && std::all_of(input.strides.begin(),
                                               input.strides.end(),
                                               [](int64_t stride) { return stride == 0; });
        if (!is_repeated || numel < 2 || is_written(input.buffer)) continue;
        input.is_single = true;
        input.shape = {};
        input.strides = {};
    }
}

// Elements of all operands together from which a run takes about 100 us.
constexpr int64_t kLongRun = 1 << 19;

}  // namespace

Executable::Executable(const ProgramIr& ir, Reuse reuse, bool compiles, bool captures)
    : ir_{ir}, bindings_(ir.buffers.size()) {
    make_tensors();
    place_buffers(reuse);
    make_calls();
    make_segments(compiles, captures);
    for (const SlotUse& use : ir_.slots) {
        if (use.buffer >= 0 && ir_.buffers[static_cast<size_t>(use.buffer)].origin == Origin::kSlot)
            slots_to_bind_.push_back(&use);
        // Empty before and after: what the Program put there meanwhile was taken out again.
        const bool stays_empty = use.is_checked && use.was_empty && !use.final.is_elements();
        if (use.is_written && !stays_empty) slots_to_write_.push_back(&use);
    }
}

Executable::~Executable() = default;

int Executable::tensor_of(const View& view) {
    const int index = static_cast<int>(tensors_.size());
    const auto [known, is_new] = known_tensors_.emplace(key_of(view), index);
    if (!is_new) return known->second;
    chx_tensor& tensor = tensors_.emplace_back();
    tensor.dtype = to_chx_dtype(view.dtype);
    if (view.is_number()) {
        tensor.data = numbers_.emplace_back(view).number;
        tensor.device = {1, 0};
        tensor.flags = CHX_T_CONTIGUOUS | CHX_T_READONLY | CHX_T_HOST_SCALAR;
        tensor.numel = 1;
    } else {
        const int ndim = view.shape.size();
        std::vector<int64_t>& dims = dims_.emplace_back();
        dims.insert(dims.end(), view.shape.begin(), view.shape.end());
        dims.insert(dims.end(), view.strides.data(), view.strides.data() + ndim);
        tensor.device = view.is_single
                            ? chx_dldevice{1, 0}
                            : ir_.buffers[static_cast<size_t>(view.buffer)].device->dl_device;
        tensor.ndim = ndim;
        tensor.shape = dims.data();
        tensor.strides = dims.data() + ndim;
        tensor.flags = (view.is_contiguous() ? CHX_T_CONTIGUOUS : 0) |
                       (view.is_readonly ? CHX_T_READONLY : 0) |
                       (view.is_single ? CHX_T_HOST_SCALAR | CHX_T_READONLY : 0);
        tensor.numel = view.numel();
        bindings_[static_cast<size_t>(view.buffer)].tensors.emplace_back(index, view.offset);
    }
    return index;
}

void Executable::make_tensors() {
    int64_t elements = 0;
    for (Step& step : ir_.steps) {
        show_singles(step);
        has_streams_ = has_streams_ || step.device->has_streams;
        for (const auto* views : {&step.inputs, &step.outputs}) {
            for (const View& view : *views) {
                if (view.is_elements()) elements += view.numel();
                if (step.kind == StepKind::kKernel && view.kind != View::Kind::kNothing)
                    tensor_of(view);
            }
        }
    }
    is_long_ = elements >= kLongRun;
}

void Executable::place_buffers(Reuse reuse) {
    ThreadContext& context = thread_context();
    const MemoryPlan plan = plan_memory(ir_, reuse);
    std::map<DeviceState*, Storage*> arenas;
    for (const auto& [device, bytes] : plan.arena_bytes) {
        Storage* storage = device->pool.allocate(*device, static_cast<uint64_t>(bytes), context);
        storage->is_shared =
            true;  // several buffers live in it: nothing derived from them is cached
        arenas_.emplace_back(storage);
        release(storage);
        arenas[device] = storage;
    }
    const Flow flow(ir_);
    for (size_t i = 0; i < ir_.buffers.size(); ++i) {
        const Buffer& buffer = ir_.buffers[i];
        const int index = static_cast<int>(i);
        if (buffer.origin == Origin::kArgument) {
            const auto argument = static_cast<size_t>(buffer.argument);
            if (arguments_.size() <= argument) arguments_.resize(argument + 1, -1);
            arguments_[argument] = index;
        }
        if (plan.offsets[i] >= 0) {
            Storage* arena = arenas.at(buffer.device);
            bind(index, arena, static_cast<int64_t>(arena->memory.offset) + plan.offsets[i]);
        } else if (buffer.origin == Origin::kInternal && flow.buffers[i].is_kept) {
            Storage* storage = buffer.device->pool.allocate(
                *buffer.device, static_cast<uint64_t>(std::max<int64_t>(buffer.bytes, 1)), context);
            kept_.push_back({index, StorageRef(storage), StorageRef()});
            release(storage);
            bind(index, storage, static_cast<int64_t>(storage->memory.offset));
        } else {
            bind(index, buffer.storage.get(), buffer.base);
        }
    }
    const bool writes_arguments = std::any_of(arguments_.begin(), arguments_.end(), [&](int index) {
        return index >= 0 && !flow.buffers[static_cast<size_t>(index)].writers.empty();
    });
    for (size_t i = 0; i < ir_.buffers.size(); ++i) {
        const Buffer& buffer = ir_.buffers[i];
        if (buffer.origin == Origin::kOutside &&
            (writes_arguments || !flow.buffers[i].writers.empty()))
            outside_.push_back(buffer.storage.get());
    }
    // What was computed while recording is not needed any more.
    for (Buffer& buffer : ir_.buffers) {
        if (buffer.origin == Origin::kInternal || buffer.origin == Origin::kArgument ||
            buffer.origin == Origin::kSlot)
            buffer.storage = StorageRef();
    }
}

void Executable::make_calls() {
    size_t n_inputs = 0, n_outputs = 0;
    for (const Step& step : ir_.steps) {
        n_inputs += step.inputs.size();
        n_outputs += step.outputs.size();
    }
    input_pointers_.reserve(n_inputs);  // launch records point into both
    output_pointers_.reserve(n_outputs);
    calls_ = std::vector<Call>(ir_.steps.size());
    for (size_t i = 0; i < ir_.steps.size(); ++i) {
        const Step& step = ir_.steps[i];
        Call& call = calls_[i];
        call.step = &step;
        call.kernel = step.kernel;
        for (const View& output : step.outputs) {
            if (output.is_elements() &&
                ir_.buffers[static_cast<size_t>(output.buffer)].is_external())
                call.written.push_back(output.buffer);
        }
        if (step.kind != StepKind::kKernel) continue;
        call.fn = step.kernel->fn;
        call.state = step.kernel->state;
        const size_t first_in = input_pointers_.size(), first_out = output_pointers_.size();
        uint64_t in_place = 0;
        for (const View& view : step.inputs) {
            input_pointers_.push_back(view.kind == View::Kind::kNothing
                                          ? nullptr
                                          : &tensors_[static_cast<size_t>(tensor_of(view))]);
            if (view.is_elements()) call.largest = std::max(call.largest, view.numel());
        }
        for (size_t k = 0; k < step.outputs.size(); ++k) {
            const View& view = step.outputs[k];
            chx_tensor* output =
                view.is_elements() ? &tensors_[static_cast<size_t>(tensor_of(view))] : nullptr;
            output_pointers_.push_back(output);
            if (output == nullptr) continue;
            call.largest = std::max(call.largest, view.numel());
            for (size_t j = first_in; j < input_pointers_.size(); ++j) {
                const chx_tensor* input = input_pointers_[j];
                if (input != nullptr && input->storage == output->storage &&
                    input->byte_offset == output->byte_offset)
                    in_place |= uint64_t{1} << k;
            }
        }
        chx_launch& record = call.running.launch;
        record.struct_size = sizeof(chx_launch);
        record.n_in = static_cast<uint16_t>(step.inputs.size());
        record.n_out = static_cast<uint16_t>(step.outputs.size());
        record.in = input_pointers_.data() + first_in;
        record.out = output_pointers_.data() + first_out;
        record.attrs = step.attrs.empty() ? nullptr : step.attrs.data();
        record.attrs_size = static_cast<uint32_t>(step.attrs.size());
        record.device = step.kernel->device;
        record.inplace_outs = in_place;
        call.running.device = step.device;
        if ((step.kernel->caps & CHX_K_MAY_REFUSE) != 0 &&
            prepare(*step.kernel, call.running) != CHX_OK)
            call.fn = nullptr;  // not for these layouts: through the door
    }
}

void Executable::make_segments(bool compiles, bool captures) {
    std::vector<bool> can_run;
    for (const Call& call : calls_) can_run.push_back(call.fn != nullptr);
    segments_ = find_segments(ir_, can_run, compiles, captures);
    for (const auto& segment : segments_) {
        if (segment->capture_api == nullptr) continue;
        for (size_t i = segment->first; i < segment->end; ++i) {
            for (const auto* views : {&ir_.steps[i].inputs, &ir_.steps[i].outputs}) {
                for (const View& view : *views) {
                    if (view.is_elements())
                        bindings_[static_cast<size_t>(view.buffer)].captured_by.push_back(
                            segment.get());
                }
            }
        }
    }
}

int Executable::compiled_steps() const {
    size_t steps = 0;
    for (const auto& segment : segments_)
        steps += segment->compiled != nullptr ? segment->end - segment->first : 0;
    return static_cast<int>(steps);
}

int Executable::captured_steps() const {
    size_t steps = 0;
    for (const auto& segment : segments_)
        steps += segment->captured != nullptr ? segment->end - segment->first : 0;
    return static_cast<int>(steps);
}

int64_t Executable::arena_bytes() const {
    return std::accumulate(
        arenas_.begin(), arenas_.end(), int64_t{0}, [](int64_t sum, const StorageRef& arena) {
            return sum + static_cast<int64_t>(arena.get()->bytes);
        });
}

}  // namespace chainerx::internal
