// The layer "trace": a line for every call into a plugin, with what it was given, its result and how long it took.
#include <chrono>

#include <fmt/format.h>

#include "chainerx/log.h"
#include "layer/layer.h"
#include "plugin/loaded_plugin.h"

namespace chainerx::internal {

namespace {

constexpr const char* kTraceLog = "chainerx.trace";

std::string tensor_text(const chx_tensor* tensor) {
    if (tensor == nullptr) return "none";
    std::string shape;
    for (int i = 0; i < tensor->ndim; ++i)
        shape += fmt::format("{}{}", i == 0 ? "" : ",", tensor->shape[i]);
    static constexpr const char* kKinds[] = {"i", "u", "f", "?", "bf", "c", "bool"};
    const char* kind = tensor->dtype.code < std::size(kKinds) ? kKinds[tensor->dtype.code] : "?";
    return fmt::format("{}{}[{}]{}",
                       kind,
                       tensor->dtype.bits,
                       shape,
                       (tensor->flags & CHX_T_CONTIGUOUS) != 0 ? "" : " strided");
}

template <typename Tensors>
std::string tensors_text(const Tensors& tensors, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += (i == 0 ? "" : ", ") + tensor_text(tensors[i]);
    return text;
}

std::string place_text(const chx_memref& memory) {
    return fmt::format("{}+{} kind {}", fmt::ptr(memory.base), memory.offset, memory.kind);
}

std::string details_of(const PluginCall& call) {
    if (call.launch != nullptr) {
        return fmt::format(": ({}) -> ({})",
                           tensors_text(call.launch->in, call.launch->n_in),
                           tensors_text(call.launch->out, call.launch->n_out));
    }
    if (call.is(function::kAlloc))
        return fmt::format(
            ": {} bytes, align {}, at {}", call.bytes, call.align, place_text(call.to));
    if (call.is(function::kFree)) return ": " + place_text(call.to);
    if (call.is(function::kCopy))
        return fmt::format(
            ": {} bytes, {} -> {}", call.bytes, place_text(call.from), place_text(call.to));
    return {};
}

class Trace : public Layer {
public:
    chx_status before(PluginCall& call) override {
        call.begun_ns = now();
        return CHX_OK;
    }

    chx_status after(PluginCall& call, chx_status status) override {
        if (!is_log_enabled(kLogInfo)) return status;
        const int64_t took = now() - call.begun_ns;
        const std::string stream = call.stream == nullptr
                                       ? std::string()
                                       : fmt::format(", stream {}", fmt::ptr(call.stream->inner));
        log(kLogInfo,
            kTraceLog,
            fmt::format("{}{}{}: {}, {:.1f} us",
                        call_text(call),
                        details_of(call),
                        stream,
                        status_text(status),
                        static_cast<double>(took) / 1e3));
        return status;
    }

private:
    static int64_t now() {
        return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch())
            .count();
    }
};

}  // namespace

std::unique_ptr<Layer> make_trace_layer() {
    if (!is_log_enabled(kLogInfo)) {
        log(kLogWarning,
            kTraceLog,
            "CHAINERX_LAYERS names trace; its lines are seen with CHAINERX_LOG=info");
    }
    return std::make_unique<Trace>();
}

}  // namespace chainerx::internal
