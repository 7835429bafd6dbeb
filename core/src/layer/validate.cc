// The layer "validate": holds both sides to the contract at every call. What the core does wrong is refused before the plugin
// sees it, what the plugin does wrong becomes the call's failure; either is logged.
#include <algorithm>
#include <bit>
#include <cstring>
#include <mutex>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "chainerx/log.h"
#include "dispatch/thread_state.h"
#include "layer/layer.h"
#include "layer/live_memory.h"
#include "layer/tensor_checks.h"

namespace chainerx::internal {

namespace {

constexpr const char* kValidateLog = "chainerx.validate";
constexpr uint64_t kLeastGuard = 64;

chx_status violation(const PluginCall& call,
                     const char* whose,
                     chx_status status,
                     const std::string& what) {
    const std::string text =
        fmt::format("validate: {}: {} breaks the contract: {}", call_text(call), whose, what);
    log(kLogError, kValidateLog, text);
    put_error_text(text);
    return status;
}

chx_status by_core(const PluginCall& call, const std::string& what) {
    return what.empty() ? CHX_OK : violation(call, "the core", CHX_E_INVALID, what);
}

bool is_accessible(const InterposedDevice& device, int32_t kind) {
    return kind == CHX_MEM_HOST || (device.host_accessible_kinds >> kind & 1u) != 0;
}

class Validate : public Layer {
public:
    chx_status before(PluginCall& call) override {
        put_error_text({});
        if (const chx_status status = by_core(call, complaint_before(call)); status != CHX_OK)
            return status;
        if (call.is(function::kAlloc)) call.bytes += 2 * guard_of(call);
        if (call.is(function::kFree)) return before_free(call);
        if (call.is(function::kKernel)) remember_inputs(call);
        return CHX_OK;
    }

    chx_status after(PluginCall& call, chx_status status) override {
        if (call.is(function::kDestroy) || call.is(function::kPrepareExit) ||
            call.is(function::kAfterFork))
            return status;
        std::string complaint = status_complaint(status);
        if (complaint.empty() && call.is(function::kKernel)) complaint = kernel_complaint(call);
        if (call.is(function::kAlloc)) {
            const uint64_t guard = guard_of(call);
            call.bytes -= 2 * guard;
            if (status == CHX_OK && complaint.empty()) complaint = after_alloc(call, guard);
        }
        if (status == CHX_E_DEVICE_LOST && call.device != nullptr) {
            const std::lock_guard lock(mutex_);
            lost_.insert(call.device);
        }
        if (complaint.empty()) return status;
        return violation(call, "the plugin", status == CHX_OK ? CHX_E_INTERNAL : status, complaint);
    }

private:
    static uint64_t guard_of(const PluginCall& call) {
        return is_accessible(*call.device, call.kind) ? std::max(call.align, kLeastGuard) : 0;
    }

    // Handles that their destroy function has got back. (Those of capture and graph do not come here.)
    static std::string late_use(const PluginCall& call) {
        if (call.device != nullptr && call.device->is_closed) return "the device has been closed";
        if (call.stream != nullptr && call.stream->is_destroyed)
            return "the stream has been destroyed";
        for (const InterposedEvent* event : {call.event, call.start}) {
            if (event != nullptr && event->is_destroyed) return "the event has been destroyed";
        }
        return {};
    }

    std::string complaint_before(const PluginCall& call) const {
        if (std::string text = late_use(call); !text.empty()) return text;
        if (call.stream != nullptr && call.device != nullptr &&
            call.stream->device != call.device && call.kernel == nullptr) {
            return fmt::format("the stream is one of {}", call.stream->device->name);
        }
        const bool is_farewell =
            call.is(function::kFree) || call.is(function::kDeviceClose) ||
            call.is(function::kStreamDestroy) || call.is(function::kEventDestroy) ||
            call.is(function::kCaptureDestroy) || call.is(function::kGraphDestroy);
        if (call.device != nullptr && !is_farewell) {
            const std::lock_guard lock(mutex_);
            if (lost_.count(call.device) != 0) return "the device has been lost";
        }
        if (call.is(function::kAlloc)) {
            if (call.bytes == 0) return "0 bytes were asked for";
            if (!std::has_single_bit(call.align) || call.align < 64)
                return fmt::format(
                    "an alignment of {} was asked for; it is a power of two, at least 64",
                    call.align);
            if (call.kind < CHX_MEM_DEVICE || call.kind > CHX_MEM_MANAGED)
                return fmt::format("memory of kind {} was asked for", call.kind);
        }
        if (call.is(function::kCopy)) return copy_complaint(call);
        if (call.launch != nullptr)
            return launch_complaint(call.kernel->inner, *call.launch, memory_);
        return {};
    }

    std::string copy_complaint(const PluginCall& call) const {
        if (call.bytes == 0) return "0 bytes were to be copied";
        for (const chx_memref* memory : {&call.to, &call.from}) {
            if (memory->kind == CHX_MEM_HOST) continue;
            const std::string text = memory_.complaint(*memory, call.bytes);
            if (!text.empty()) return (memory == &call.to ? "destination: " : "source: ") + text;
        }
        const bool overlaps = call.to.base == call.from.base &&
                              call.to.offset < call.from.offset + call.bytes &&
                              call.from.offset < call.to.offset + call.bytes;
        return overlaps ? "source and destination overlap" : std::string();
    }

    chx_status before_free(PluginCall& call) {
        const std::string damage = memory_.damage(call.to.base);
        const std::optional<LiveBlock> block = memory_.take(call.device, call.to);
        if (!block)
            return by_core(call,
                           "memory is freed that is not in use: a second time, or never allocated");
        call.to.offset -= block->guard;
        // It is freed all the same: who wrote there is to be found earlier, by the kernels' own checks.
        if (!damage.empty()) violation(call, "the plugin", CHX_E_INTERNAL, damage);
        return CHX_OK;
    }

    std::string after_alloc(PluginCall& call, uint64_t guard) {
        const bool is_host = is_accessible(*call.device, call.kind);
        if (is_host && call.to.base == nullptr) return "alloc succeeded with a null pointer";
        if (is_host &&
            (reinterpret_cast<uint64_t>(call.to.base) + call.to.offset) % call.align != 0)
            return fmt::format("alloc returned memory that is not aligned to {}", call.align);
        if (call.to.kind != call.kind)
            return fmt::format(
                "alloc returned memory of kind {} when asked for {}", call.to.kind, call.kind);
        call.to.offset += guard;
        const LiveBlock block{call.device, call.to.offset, call.bytes, guard, is_host};
        fill_guards(call.to.base, block);
        memory_.add(call.to, block);
        return {};
    }

    static std::string status_complaint(chx_status status) {
        if (status < CHX_OK || status > CHX_E_UNAVAILABLE)
            return fmt::format("status {} is unknown", status);
        if (status == CHX_OK || status == CHX_E_UNIMPLEMENTED) return {};
        const std::string text = take_error_text();
        if (text.empty()) return fmt::format("it failed with status {} and without a text", status);
        put_error_text(text);
        return {};
    }

    // Of a call that has completed on return, when the host can look at its memory.
    static bool can_look(const PluginCall& call) {
        return !call.device->has_streams && is_accessible(*call.device, CHX_MEM_DEVICE);
    }

    void remember_inputs(PluginCall& call) const {
        if (can_look(call)) call.before = contents_to_keep(*call.launch, memory_);
    }

    std::string kernel_complaint(const PluginCall& call) const {
        if (!can_look(call)) return {};
        std::string text = changed_content(call.before);
        if (!text.empty()) return text;
        for (int i = 0; i < call.launch->n_out; ++i) {
            const chx_tensor* output = call.launch->out[i];
            if (output == nullptr) continue;
            text = memory_.damage(output->data);
            if (!text.empty()) return fmt::format("output {}: {}", i, text);
        }
        return {};
    }

    mutable std::mutex mutex_;
    std::set<const InterposedDevice*> lost_;
    LiveMemory memory_;
};

}  // namespace

std::unique_ptr<Layer> make_validate_layer() { return std::make_unique<Validate>(); }

}  // namespace chainerx::internal
