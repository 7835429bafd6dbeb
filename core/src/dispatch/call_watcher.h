// Who sees every kernel call of a thread on its way: a Program being recorded, the profiler.
#pragma once

#include "chainerx/array.h"
#include "dispatch/kernel_table.h"
#include "dispatch/thread_context.h"

namespace chainerx::internal {

struct OpCall;

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

}  // namespace chainerx::internal
