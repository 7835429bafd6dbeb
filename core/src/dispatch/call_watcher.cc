// Entering and leaving the list of those who watch a thread's calls; calls that somebody watches, or that take long.
#include "dispatch/call_watcher.h"

#include <vector>

#include "chainerx/host_language.h"
#include "dispatch/op_call.h"

namespace chainerx::internal {

WatchScope::WatchScope(ThreadContext& context, CallWatcher& watcher)
    : context_{context}, watcher_{watcher} {
    context_.watchers.push_back(&watcher_);
    context_.quick_below = kNeverQuick;
}

WatchScope::~WatchScope() {
    std::erase(context_.watchers, &watcher_);
    if (context_.watchers.empty()) context_.quick_below = kLongKernel;
}

HostCallScope::HostCallScope(const OpCall& call) : call_{call} {
    for (CallWatcher* watcher : call_.context.watchers) watcher->before_host_call(call_);
}

HostCallScope::~HostCallScope() {
    for (CallWatcher* watcher : call_.context.watchers) watcher->after_host_call(call_);
}

OpScope::OpScope(ThreadContext& context,
                 const OpDef& op,
                 const Operand* inputs,
                 int n_inputs,
                 const Device* device)
    : context_{context}, op_{op} {
    for (int i = 0; i < n_inputs; ++i) {
        if (!inputs[i].is_array()) continue;
        device = inputs[i].body()->device;
        break;
    }
    if (device == nullptr) device = &get_default_device();
    for (CallWatcher* watcher : context_.watchers)
        watcher->before_op(op, inputs, n_inputs, *device);
}

OpScope::~OpScope() {
    for (CallWatcher* watcher : context_.watchers) watcher->after_op(op_);
}

chx_status call_kernel_slowly(ThreadContext& context,
                              const Kernel& kernel,
                              const chx_launch& record,
                              int64_t largest) {
    for (CallWatcher* watcher : context.watchers) watcher->before_kernel(kernel, record);
    chx_status status;
    if (largest < kLongKernel) {
        status = kernel.fn(kernel.state, &record);
    } else {
        const UnlockedScope unlocked;
        status = kernel.fn(kernel.state, &record);
    }
    for (CallWatcher* watcher : context.watchers) watcher->after_kernel(kernel, record, status);
    return status;
}

}  // namespace chainerx::internal
