// Keys, and the two caches: by dtypes, ranks, layout and attributes for supports(); by shapes too for plan().
#include "dispatch/plan_cache.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "device/device_state.h"
#include "dispatch/fork_guard.h"
#include "dispatch/thread_state.h"

namespace chainerx::internal {

namespace {

constexpr size_t kMostPlans =
    4096;  // per process; a program that never repeats a shape must not grow for ever

struct Plan {
    chx_plan plan{};
    chx_status status = CHX_OK;
    ~Plan() {
        if (plan.destroy != nullptr && !are_plugins_shut_down()) plan.destroy(plan.state);
    }
};

struct Caches {
    std::mutex mutex;
    std::unordered_map<std::string, bool> supports;
    std::unordered_map<std::string, std::shared_ptr<Plan>> plans;
};

Caches& caches() {
    static Caches& instance = *[] {
        auto* made = new Caches;
        keep_usable_after_fork(made->mutex);
        return made;
    }();
    return instance;
}

template <typename T>
void append(std::string& key, const T& value) {
    key.append(reinterpret_cast<const char*>(&value), sizeof value);  // NOLINT: also of pointers
}

void append_tensor(std::string& key, const chx_tensor* tensor, bool with_shape) {
    if (tensor == nullptr) {
        append(key, int32_t{-1});
        return;
    }
    append(key, tensor->ndim);
    append(key, tensor->dtype);
    append(key, tensor->flags);
    if (!with_shape || tensor->ndim == 0) return;
    const auto bytes = sizeof(int64_t) * static_cast<size_t>(tensor->ndim);
    key.append(reinterpret_cast<const char*>(tensor->shape), bytes);
    key.append(reinterpret_cast<const char*>(tensor->strides), bytes);
}

std::string key_of(const Kernel& kernel, const chx_launch& launch, bool with_shape) {
    std::string key;
    append(key, &kernel);
    append(key, launch.flags);
    append(key, launch.inplace_outs);
    for (int i = 0; i < launch.n_in; ++i) append_tensor(key, launch.in[i], with_shape);
    for (int i = 0; i < launch.n_out; ++i) append_tensor(key, launch.out[i], with_shape);
    if (launch.attrs != nullptr)
        key.append(static_cast<const char*>(launch.attrs), launch.attrs_size);
    return key;
}

bool is_supported(const Kernel& kernel, const chx_launch& launch) {
    Caches& all = caches();
    std::string key = key_of(kernel, launch, false);
    {
        std::lock_guard lock(all.mutex);
        auto found = all.supports.find(key);
        if (found != all.supports.end()) return found->second;
    }
    const bool answer = kernel.def->supports(kernel.state, &launch) == CHX_OK;
    std::lock_guard lock(all.mutex);
    return all.supports.emplace(std::move(key), answer).first->second;
}

std::shared_ptr<Plan> plan_for(const Kernel& kernel, const chx_launch& launch) {
    Caches& all = caches();
    std::string key = key_of(kernel, launch, true);
    {
        std::lock_guard lock(all.mutex);
        auto found = all.plans.find(key);
        if (found != all.plans.end()) return found->second;
    }
    auto plan = std::make_shared<Plan>();
    plan->plan.struct_size = sizeof(chx_plan);
    plan->status = kernel.def->plan(kernel.state, &launch, &plan->plan);
    if (plan->status != CHX_OK && plan->status != CHX_E_UNIMPLEMENTED) {
        return plan;  // perhaps only this time, out of memory say: not remembered
    }
    decltype(all.plans) dropped;  // plugins destroy their plans when the lock is free again
    std::lock_guard lock(all.mutex);
    if (all.plans.size() >= kMostPlans) dropped.swap(all.plans);
    return all.plans.emplace(std::move(key), std::move(plan)).first->second;
}

// Whether an older kernel may serve the call: attributes that it does not know are zero, which means
// what was before there were any.
bool knows_what_matters(const Kernel& kernel, const chx_launch& launch) {
    const char* attrs = static_cast<const char*>(launch.attrs);
    return launch.attrs_size <= kernel.attrs_known ||
           std::all_of(attrs + kernel.attrs_known, attrs + launch.attrs_size, [](char byte) {
               return byte == 0;
           });
}

}  // namespace

chx_status prepare(const Kernel& kernel, RunningLaunch& running) {
    chx_launch& launch = running.launch;
    if (!knows_what_matters(kernel, launch)) return CHX_E_UNIMPLEMENTED;
    if (kernel.def->supports != nullptr && !is_supported(kernel, launch))
        return CHX_E_UNIMPLEMENTED;
    if (kernel.def->plan == nullptr) return CHX_OK;
    std::shared_ptr<Plan> plan = plan_for(kernel, launch);
    if (plan->status != CHX_OK) return plan->status;
    launch.plan = &plan->plan;
    running.pin(std::move(plan));
    return CHX_OK;
}

}  // namespace chainerx::internal
