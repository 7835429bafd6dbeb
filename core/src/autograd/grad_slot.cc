// Gradients of arrays: asking for them, reading and setting them; and aliases that leave graphs.
#include <fmt/format.h>

#include "array/views.h"
#include "autograd/node.h"
#include "chainerx/array.h"
#include "chainerx/error.h"
#include "dispatch/thread_context.h"
#include "program/recorder.h"

namespace chainerx {

namespace internal {

namespace {

class SlotLock {
public:
    explicit SlotLock(GradSlot& slot) : slot_{is_single_threaded() ? nullptr : &slot} {
        while (slot_ != nullptr && slot_->lock.test_and_set(std::memory_order_acquire)) {
        }
    }
    ~SlotLock() {
        if (slot_ != nullptr) slot_->lock.clear(std::memory_order_release);
    }
    SlotLock(const SlotLock&) = delete;
    SlotLock& operator=(const SlotLock&) = delete;

private:
    GradSlot* slot_;
};

}  // namespace

void close_slot(GradSlot& slot) noexcept {
    ArrayBody* gradient;
    {
        const SlotLock lock(slot);
        slot.is_closed = true;
        gradient = std::exchange(slot.gradient, nullptr);
    }
    if (gradient != nullptr) release(gradient);
}

Array read_slot(GradSlot& slot) {
    Array gradient;
    {
        const SlotLock lock(slot);
        if (slot.gradient != nullptr) {
            retain(slot.gradient);
            gradient = Array(slot.gradient);
        }
    }
    if (ProgramRecorder* recorder = thread_context().recorder) recorder->slot_read(slot, gradient);
    return gradient;
}

void clear_slot(ThreadContext& context, GradSlot& slot) {
    if (context.recorder != nullptr) context.recorder->slot_written(slot, Array());
    ArrayBody* old;
    {
        const SlotLock lock(slot);
        old = std::exchange(slot.gradient, nullptr);
    }
    if (old != nullptr) release(old);
}

void write_slot(GradSlot& slot, const Array& gradient) {
    if (ProgramRecorder* recorder = thread_context().recorder)
        recorder->slot_written(slot, gradient);
    // Declared first: on a closed slot it is freed outside of the lock.
    Array incoming = gradient;
    ArrayBody* old;
    {
        const SlotLock lock(slot);
        if (slot.is_closed) return;
        old = std::exchange(slot.gradient, incoming.take_body());
    }
    if (old != nullptr) release(old);
}

bool put_in_empty_slot(GradSlot& slot, Array& gradient) {
    ProgramRecorder* recorder = thread_context().recorder;
    const SlotLock lock(slot);
    if (slot.is_closed) return true;
    const bool was_empty = slot.gradient == nullptr;
    if (was_empty) slot.gradient = gradient.take_body();
    if (__builtin_expect(recorder != nullptr, 0))
        recorder->slot_tried(slot, was_empty, slot.gradient);
    return was_empty;
}

GradSlot* make_slot(AutogradMeta& meta) {
    auto* slot = new GradSlot;
    slot->references.set(2);  // the array's and the node's
    meta.slot = slot;
    auto* entry =
        new Node::SlotEntry{meta.output, slot, meta.node->slots.load(std::memory_order_acquire)};
    while (!meta.node->slots.compare_exchange_weak(entry->next, entry, std::memory_order_acq_rel)) {
    }
    return slot;
}

namespace {

[[noreturn, gnu::noinline]] void throw_without_slot(const char* what, BackpropId id) {
    throw GradientError(fmt::format(
        "{}: the array did not ask for a gradient of graph '{}'; call require_grad() first",
        what,
        id.name()));
}

// The slot of an array that asked for its gradient; throws if it did not.
inline GradSlot& slot_of(const char* what, const Array& array, BackpropId id) {
    check_valid_backprop_id(id);
    const AutogradMeta* meta = find_meta(array.body(), id.ordinal());
    if (meta == nullptr || meta->slot == nullptr) throw_without_slot(what, id);
    return *meta->slot;
}

void check_gradient(const Array& array, const Array& gradient) {
    if (gradient.shape() != array.shape() || gradient.dtype() != array.dtype() ||
        &gradient.device() != &array.device()) {
        throw GradientError(
            fmt::format("set_grad: a gradient of {} {} on {} was given for an array of {} {} on "
                        "{}; they must agree",
                        dtype_name(gradient.dtype()),
                        to_string(gradient.shape()),
                        gradient.device().name(),
                        dtype_name(array.dtype()),
                        to_string(array.shape()),
                        array.device().name()));
    }
}

}  // namespace
}  // namespace internal

const Array& Array::require_grad(BackpropId id) const {
    check_valid_backprop_id(id);
    if (!is_inexact(dtype())) {
        throw DtypeError(fmt::format(
            "require_grad: {} has no gradient; expected a floating-point or complex dtype",
            dtype_name(dtype())));
    }
    internal::AutogradMeta* meta = internal::find_meta(body_, id.ordinal());
    if (meta == nullptr) {
        internal::attach_leaf(internal::thread_context(), body_, id.ordinal());
        meta = internal::find_meta(body_, id.ordinal());
    }
    if (meta->slot == nullptr) internal::make_slot(*meta);
    return *this;
}

bool Array::is_grad_required(BackpropId id) const {
    check_valid_backprop_id(id);
    const internal::AutogradMeta* meta = internal::find_meta(body_, id.ordinal());
    return meta != nullptr && meta->slot != nullptr;
}

bool Array::is_backprop_required(BackpropId id) const {
    return is_connected(id) && chainerx::is_backprop_required(id);
}

bool Array::is_connected(BackpropId id) const {
    check_valid_backprop_id(id);
    return internal::find_meta(body_, id.ordinal()) != nullptr;
}

std::vector<BackpropId> Array::backprop_ids() const {
    std::vector<BackpropId> ids;
    for (const internal::AutogradMeta* meta = body_->autograd; meta != nullptr; meta = meta->next)
        ids.emplace_back(meta->graph);
    return ids;
}

Array Array::grad(BackpropId id) const {
    return internal::read_slot(internal::slot_of("grad", *this, id));
}

void Array::set_grad(const Array& gradient, BackpropId id) const {
    internal::GradSlot& slot = internal::slot_of("set_grad", *this, id);
    if (!gradient.is_null()) internal::check_gradient(*this, gradient);
    internal::write_slot(slot, gradient);
}

void Array::clear_grad(BackpropId id) const {
    internal::clear_slot(internal::thread_context(), internal::slot_of("cleargrad", *this, id));
}

Array Array::view() const {
    Array alias = internal::raw_alias(*this);
    for (const internal::AutogradMeta* meta = body_->autograd; meta != nullptr; meta = meta->next) {
        internal::attach_alias(
            internal::thread_context(), alias.body(), meta->graph, meta->node, meta->output);
    }
    return alias;
}

Array Array::as_grad_stopped() const { return internal::raw_alias(*this); }

Array Array::as_grad_stopped(const std::vector<BackpropId>& ids) const {
    Array alias = internal::raw_alias(*this);
    for (const internal::AutogradMeta* meta = body_->autograd; meta != nullptr; meta = meta->next) {
        bool is_stopped = false;
        for (BackpropId id : ids) is_stopped = is_stopped || id.ordinal() == meta->graph;
        if (!is_stopped)
            internal::attach_alias(
                internal::thread_context(), alias.body(), meta->graph, meta->node, meta->output);
    }
    return alias;
}

}  // namespace chainerx
