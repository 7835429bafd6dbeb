// Implements the services: memory that is counted and never zero, and ranges run by two threads.
#include "kit_host.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

#include <fmt/format.h>

namespace conformance {
namespace {

constexpr int32_t kWorkers = 2;
constexpr int32_t kWarning = 3;
const int32_t log_level = kWarning;

thread_local ReportedError reported;
thread_local bool is_worker = false;
std::atomic<int64_t> live_blocks{0};
std::mutex log_mutex;
std::vector<std::string> warnings;

void log(int32_t level, const char* component, const char* text) {
    if (level < kWarning) return;
    const std::lock_guard lock(log_mutex);
    warnings.push_back(
        fmt::format("{}: {}", component == nullptr ? "?" : component, text == nullptr ? "" : text));
}

chx_status set_error(chx_status code, const char* text) {
    reported.code = code;
    reported.text = text == nullptr ? "" : text;
    return code;
}

void* host_alloc(uint64_t bytes, uint64_t align) {
    align = std::max<uint64_t>(align, 64);
    void* memory = std::aligned_alloc(align, (bytes + align - 1) / align * align);
    if (memory != nullptr) {
        std::memset(memory, kPoison, bytes);
        ++live_blocks;
    }
    return memory;
}

void host_free(void* memory) {
    if (memory == nullptr) return;
    --live_blocks;
    std::free(memory);
}

chx_status parallel_for(int64_t n, int64_t grain, chx_range_fn fn, void* ctx) {
    if (n <= 0) return CHX_OK;
    if (is_worker || n < 2 * std::max<int64_t>(grain, 1)) return fn(0, n, 0, ctx);
    chx_status second = CHX_OK;
    ReportedError error_of_second;
    std::thread thread([&] {
        is_worker = true;
        second = fn(n / 2, n, 1, ctx);
        error_of_second = reported;
    });
    is_worker = true;
    const chx_status first = fn(0, n / 2, 0, ctx);
    is_worker = false;
    thread.join();
    if (first != CHX_OK || second == CHX_OK) return first;
    reported = error_of_second;
    return second;
}

int32_t max_workers() { return kWorkers; }

chx_status scratch(const chx_launch* launch, uint64_t bytes, uint64_t align, chx_memref* out) {
    return reinterpret_cast<const KitLaunch*>(launch)->scratch(
        std::max<uint64_t>(bytes, 1), align, out);
}

chx_status cache_get(const chx_launch*, const chx_tensor*, const void*, uint64_t, void** blob) {
    *blob = nullptr;
    return CHX_OK;
}

// Refusing is always the host's right; the blob lives as long as the launch all the same.
chx_status cache_put(const chx_launch* launch,
                     const chx_tensor*,
                     const void*,
                     uint64_t,
                     void* blob,
                     uint64_t,
                     void (*destroy)(void*)) {
    if (destroy != nullptr)
        reinterpret_cast<const KitLaunch*>(launch)->refused.emplace_back(blob, destroy);
    return CHX_E_UNIMPLEMENTED;
}

const void* get_extension(const char*, uint32_t) { return nullptr; }

struct PoisonedApi {
    chx_host_api api;
    unsigned char poison[kPoisonBytes];
};

}  // namespace

const chx_host_api& host_api() {
    static const PoisonedApi* const made = [] {
        auto* poisoned = new PoisonedApi;
        poisoned->api = {sizeof(chx_host_api),
                         CHX_ABI_MINOR,
                         &log_level,
                         log,
                         set_error,
                         host_alloc,
                         host_free,
                         parallel_for,
                         max_workers,
                         scratch,
                         cache_get,
                         cache_put,
                         get_extension};
        std::memset(poisoned->poison, kPoison, sizeof poisoned->poison);
        return poisoned;
    }();
    return made->api;
}

const ReportedError& last_error() { return reported; }
void clear_error() { reported = {}; }

std::string status_name(chx_status status) {
    switch (status) {
        case CHX_OK:
            return "CHX_OK";
        case CHX_E_UNIMPLEMENTED:
            return "CHX_E_UNIMPLEMENTED";
        case CHX_E_INVALID:
            return "CHX_E_INVALID";
        case CHX_E_OOM:
            return "CHX_E_OOM";
        case CHX_E_DEVICE_LOST:
            return "CHX_E_DEVICE_LOST";
        case CHX_E_INTERNAL:
            return "CHX_E_INTERNAL";
        case CHX_E_FORKED:
            return "CHX_E_FORKED";
        case CHX_E_ABI:
            return "CHX_E_ABI";
        case CHX_E_UNAVAILABLE:
            return "CHX_E_UNAVAILABLE";
        default:
            return fmt::format("status {}", status);
    }
}

std::string status_text(chx_status status) {
    if (status == CHX_OK) return "CHX_OK";
    return fmt::format(
        "{} ({})", status_name(status), reported.text.empty() ? "no text was set" : reported.text);
}

int64_t live_host_blocks() { return live_blocks; }

std::vector<std::string> logged_warnings() {
    const std::lock_guard lock(log_mutex);
    return warnings;
}

}  // namespace conformance
