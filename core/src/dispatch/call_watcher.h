// Who sees every kernel call of a thread on its way: a Program being recorded, the profiler.
#pragma once

#include <string_view>

#include "chainerx/array.h"
#include "dispatch/kernel_table.h"
#include "dispatch/thread_context.h"

namespace chainerx {
enum class FallbackStep;
}

namespace chainerx::internal {

struct OpCall;
struct OpDef;
struct Place;

class CallWatcher {
public:
    virtual ~CallWatcher() = default;
    virtual void before_kernel(const Kernel&, const chx_launch&) {}
    virtual void after_kernel(const Kernel&, const chx_launch&, chx_status) {}
    // An op that the host computes for another device; what it does for that comes between the two.
    virtual void before_host_call(const OpCall&) {}
    virtual void after_host_call(const OpCall&) {}
    // All elements of an array, copied to another device. Both are contiguous.
    virtual void after_transfer(const Array& /*from*/, const Array& /*to*/) {}

    // A call at the door, those made by decompositions and gradients included. The end comes even by an exception; a
    // watcher that starts between the two sees the end only.
    virtual void before_op(const OpDef&,
                           const Operand* /*inputs*/,
                           int /*n_inputs*/,
                           const Device&) {}
    virtual void after_op(const OpDef&) {}
    // A step down the ladder that an op takes.
    virtual void after_fallback(const OpCall&, FallbackStep) {}
    // Bytes moved by the core: in transfers, host calls, and to and from the host's own memory.
    virtual void before_copy(const Place& /*to*/, const Place& /*from*/, uint64_t /*bytes*/) {}
    virtual void after_copy(const Place& /*to*/, const Place& /*from*/, uint64_t /*bytes*/) {}
    // A walk from results to leaves: backward() or grad().
    virtual void before_backward() {}
    virtual void after_backward() {}
    // The kernels of a Program that is run again.
    virtual void before_program() {}
    virtual void after_program() {}
    // What the program calls a part of itself.
    virtual void before_region(std::string_view /*name*/) {}
    virtual void after_region() {}
};

// Watches the calls of this thread.
class WatchScope {
public:
    WatchScope(ThreadContext& context, CallWatcher& watcher);
    ~WatchScope();
    WatchScope(const WatchScope&) = delete;
    WatchScope& operator=(const WatchScope&) = delete;

private:
    ThreadContext& context_;
    CallWatcher& watcher_;
};

// Tells of a host call when it begins and when it ends, even by an exception.
class HostCallScope {
public:
    explicit HostCallScope(const OpCall& call);
    ~HostCallScope();
    HostCallScope(const HostCallScope&) = delete;
    HostCallScope& operator=(const HostCallScope&) = delete;

private:
    const OpCall& call_;
};

// Tells of an op. device: for an op without array operands; nullptr: the default device.
class OpScope {
public:
    OpScope(ThreadContext& context,
            const OpDef& op,
            const Operand* inputs,
            int n_inputs,
            const Device* device);
    ~OpScope();
    OpScope(const OpScope&) = delete;
    OpScope& operator=(const OpScope&) = delete;

private:
    ThreadContext& context_;
    const OpDef& op_;
};

class BackwardScope {
public:
    explicit BackwardScope(ThreadContext& context) : context_{context} {
        for (CallWatcher* watcher : context_.watchers) watcher->before_backward();
    }
    ~BackwardScope() {
        for (CallWatcher* watcher : context_.watchers) watcher->after_backward();
    }
    BackwardScope(const BackwardScope&) = delete;
    BackwardScope& operator=(const BackwardScope&) = delete;

private:
    ThreadContext& context_;
};

class ProgramScope {
public:
    explicit ProgramScope(ThreadContext& context) : context_{context} {
        for (CallWatcher* watcher : context_.watchers) watcher->before_program();
    }
    ~ProgramScope() {
        for (CallWatcher* watcher : context_.watchers) watcher->after_program();
    }
    ProgramScope(const ProgramScope&) = delete;
    ProgramScope& operator=(const ProgramScope&) = delete;

private:
    ThreadContext& context_;
};

}  // namespace chainerx::internal
