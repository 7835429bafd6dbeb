// Running a Program: bind what changed, call the kernels, hand out the results.
#include <algorithm>

#include <fmt/format.h>

#include "array/scalar.h"
#include "array/views.h"
#include "autograd/node.h"
#include "chainerx/error.h"
#include "chainerx/host_language.h"
#include "device/device_state.h"
#include "device/synchronize.h"
#include "dispatch/call_watcher.h"
#include "dispatch/dispatch.h"
#include "dispatch/op_call.h"
#include "program/executable.h"
#include "program/text.h"

namespace chainerx::internal {

void Executable::bind(int buffer, Storage* storage, int64_t base) {
    Binding& binding = bindings_[static_cast<size_t>(buffer)];
    void* memory = storage != nullptr ? storage->memory.base : nullptr;
    if (binding.storage == storage && binding.memory == memory && binding.base == base) return;
    binding.storage = storage;
    binding.memory = memory;
    binding.base = base;
    for (Segment* segment : binding.captured_by) segment->is_stale = true;
    if (storage == nullptr) return;
    for (const auto& [index, offset] : binding.tensors) {
        chx_tensor& tensor = tensors_[static_cast<size_t>(index)];
        if ((tensor.flags & CHX_T_HOST_SCALAR) != 0) {
            tensor.data = static_cast<char*>(storage->memory.base) + base + offset;
            continue;
        }
        tensor.data = storage->memory.base;
        tensor.byte_offset = static_cast<uint64_t>(base + offset);
        tensor.storage = reinterpret_cast<chx_storage*>(storage);
    }
}

void Executable::bind_arguments(const Array* arguments) {
    for (size_t i = 0; i < arguments_.size(); ++i) {
        if (arguments_[i] < 0) continue;
        const ArrayBody* body = arguments[i].body();
        const Binding& binding = bindings_[static_cast<size_t>(arguments_[i])];
        const auto base = static_cast<int64_t>(body->tensor.byte_offset);
        if (binding.storage != body->storage() || binding.memory != body->tensor.data ||
            binding.base != base)
            bind(arguments_[i], body->storage(), base);
    }
}

bool Executable::is_as_recorded() const {
    for (const auto& holds : ir_.guards) {
        if (!holds()) return false;
    }
    return std::all_of(ir_.slots.begin(), ir_.slots.end(), [&](const SlotUse& use) {
        if (!use.is_checked) return true;
        if (is_empty(*use.slot) != use.was_empty) return false;
        if (use.buffer < 0) return true;
        const Buffer& buffer = ir_.buffers[static_cast<size_t>(use.buffer)];
        if (buffer.origin != Origin::kSlot) return true;
        const Array gradient = read_slot(*use.slot);
        return !gradient.is_null() && gradient.nbytes() == buffer.bytes && gradient.is_contiguous();
    });
}

bool Executable::overlaps_outside(const Array* arguments) const {
    for (size_t i = 0; i < arguments_.size(); ++i) {
        if (arguments_[i] < 0) continue;
        const Storage* storage = arguments[i].body()->storage();
        for (const Storage* outside : outside_) {
            if (outside == storage) return true;
        }
    }
    return false;
}

void Executable::bind_slots() {
    for (const SlotUse* use : slots_to_bind_) {
        const Array gradient = read_slot(*use->slot);
        bind(use->buffer,
             gradient.body()->storage(),
             static_cast<int64_t>(gradient.body()->tensor.byte_offset));
    }
}

// A result of the last run that somebody still holds keeps its memory.
void Executable::renew_results(ThreadContext& context) {
    for (Kept& kept : kept_) {
        if (Kept::is_free(kept.now)) continue;
        std::swap(kept.now, kept.before);
        if (!Kept::is_free(kept.now)) {
            const int64_t bytes = ir_.buffers[static_cast<size_t>(kept.buffer)].bytes;
            Storage* fresh = allocate_storage(*kept.before.get()->device,
                                              static_cast<uint64_t>(std::max<int64_t>(bytes, 1)),
                                              context);
            kept.now = StorageRef(fresh);
            release(fresh);
        }
        const Storage& storage = *kept.now.get();
        bind(kept.buffer, kept.now.get(), static_cast<int64_t>(storage.memory.offset));
    }
}

void Executable::fill_cells(ThreadContext& context) {
    for (const auto& action : ir_.before_run) action();
    for (const auto& [buffer, source] : ir_.cells) {
        const Binding& binding = bindings_[static_cast<size_t>(buffer)];
        DeviceState& device = *binding.storage->device;
        chx_memref place = binding.storage->memory;
        place.offset = static_cast<uint64_t>(binding.base);
        if (device.is_host_memory) {
            wait_for_device(device);
            source(static_cast<char*>(place.base) + place.offset);
            continue;
        }
        alignas(16) char bytes[64];
        source(bytes);
        copy_bytes({&device, place, binding.storage},
                   {nullptr, {bytes, 0, CHX_MEM_HOST, 0}},
                   static_cast<uint64_t>(ir_.buffers[static_cast<size_t>(buffer)].bytes),
                   context);
    }
}

// The Program's memory is used by one stream after the other, like any array's.
std::vector<StreamCall> Executable::follow_streams(ThreadContext& context) {
    std::vector<StreamCall> runs;
    for (Call& call : calls_) {
        DeviceState& device = *call.step->device;
        if (!device.has_streams) continue;
        StreamState* stream = device.current_stream(context);
        if (call.fn != nullptr) {
            chx_launch& record = call.running.launch;
            record.stream = stream != nullptr ? stream->handle : nullptr;
            record.native_stream = stream != nullptr ? stream->native : nullptr;
        }
        if (stream == nullptr) continue;
        auto run = std::find_if(
            runs.begin(), runs.end(), [&](const StreamCall& of) { return of.stream() == stream; });
        if (run == runs.end()) {
            runs.emplace_back(stream);
            run = runs.end() - 1;
        }
        for (const auto* views : {&call.step->inputs, &call.step->outputs}) {
            for (const View& view : *views) {
                if (view.is_elements())
                    run->use(*bindings_[static_cast<size_t>(view.buffer)].storage);
            }
        }
    }
    return runs;
}

Array Executable::array_of(const View& view) const {
    const Binding& binding = bindings_[static_cast<size_t>(view.buffer)];
    return view_of_storage(
        *binding.storage, view.dtype, view.shape, view.strides, binding.base + view.offset);
}

void Executable::run_other(const Step& step, ThreadContext& context) {
    if (step.kind == StepKind::kTransfer) {
        const auto place = [&](const View& view) {
            const Binding& binding = bindings_[static_cast<size_t>(view.buffer)];
            chx_memref memory = binding.storage->memory;
            memory.offset = static_cast<uint64_t>(binding.base + view.offset);
            return Place{binding.storage->device, memory, binding.storage};
        };
        const View& to = step.outputs[0];
        copy_bytes(place(to),
                   place(step.inputs[0]),
                   static_cast<uint64_t>(to.numel() * itemsize(to.dtype)),
                   context);
        return;
    }
    std::vector<Operand> operands;
    std::vector<Array> arrays;
    arrays.reserve(step.inputs.size());
    for (const View& input : step.inputs) {
        if (input.is_elements()) {
            arrays.push_back(array_of(input));
            operands.emplace_back(arrays.back());
        } else if (input.is_number()) {
            operands.emplace_back(load_scalar(input.dtype, input.number));
        } else {
            operands.emplace_back();
        }
    }
    Array outputs[kMaxOutputs];
    for (size_t k = 0; k < step.outputs.size(); ++k) outputs[k] = array_of(step.outputs[k]);
    dispatch_into(*step.op,
                  operands.data(),
                  static_cast<int>(operands.size()),
                  step.attrs.empty() ? nullptr : step.attrs.data(),
                  outputs);
}

void Executable::fail(const Call& call, chx_status status) const {
    throw_status(status,
                 *call.step->device,
                 fmt::format("{}, in a Program", text_of(ir_, *call.step)).c_str());
}

namespace {

[[gnu::noinline]] void drop_scratch(RunningLaunch& running) {
    for (Storage* storage : running.kept->storages) release(storage);
    running.kept->storages.clear();
}

}  // namespace

[[gnu::always_inline]] inline void Executable::run_call(Call& call, ThreadContext& context) {
    if (__builtin_expect(call.fn == nullptr, 0)) return run_other(*call.step, context);
    const chx_status status = call.fn(call.state, &call.running.launch);
    if (__builtin_expect(call.running.kept != nullptr, 0)) drop_scratch(call.running);
    if (__builtin_expect(status != CHX_OK, 0)) fail(call, status);
    note_writes(call);
}

[[gnu::noinline]] void Executable::run_calls(ThreadContext& context) {
    if (segments_.empty()) {
        for (Call& call : calls_) run_call(call, context);
        return;
    }
    auto segment = segments_.begin();
    for (size_t i = 0; i < calls_.size();) {
        const bool is_first = segment != segments_.end() && (*segment)->first == i;
        if (is_first && run_segment(**segment, context)) {
            i = (*segment++)->end;
            continue;
        }
        if (is_first) ++segment;
        run_call(calls_[i++], context);
    }
}

void Executable::run_watched(ThreadContext& context) {
    const ProgramScope watched(context);
    for (Call& call : calls_) {
        if (call.fn == nullptr) {
            run_other(*call.step, context);
            continue;
        }
        const chx_status status =
            call_kernel(context, *call.kernel, call.running.launch, call.largest);
        if (call.running.kept != nullptr) drop_scratch(call.running);
        if (status != CHX_OK) fail(call, status);
        note_writes(call);
    }
}

void Executable::run(const Array* arguments, Array* results) {
    std::unique_lock lock(lock_, std::try_to_lock);
    if (!lock.owns_lock()) {
        const UnlockedScope unlocked;  // whoever runs it may need the host language
        lock.lock();
    }
    ThreadContext& context = thread_context();
    const NoRecordScope unrecorded(context);
    bind_arguments(arguments);
    bind_slots();
    renew_results(context);
    fill_cells(context);
    std::vector<StreamCall> on_streams;
    if (has_streams_) on_streams = follow_streams(context);
    if (context.quick_below == kNeverQuick) {
        run_watched(context);
    } else if (is_long_) {
        const UnlockedScope unlocked;
        run_calls(context);
    } else {
        run_calls(context);
    }
    for (const SlotUse* use : slots_to_write_)
        write_slot(*use->slot, use->final.is_elements() ? array_of(use->final) : Array());
    for (size_t i = 0; i < ir_.results.size(); ++i) results[i] = array_of(ir_.results[i]);
}

}  // namespace chainerx::internal
