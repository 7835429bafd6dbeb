// The host that the kit is to plugins: its services, watched.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <chx/chx_plugin.h>

namespace conformance {

// What stands behind a struct that the other side may not read or write.
constexpr unsigned char kPoison = 0xa5;
constexpr std::size_t kPoisonBytes = 256;

// The services, followed by poison.
const chx_host_api& host_api();

// This thread's last set_error(); code CHX_OK if there was none since clear_error().
struct ReportedError {
    chx_status code = CHX_OK;
    std::string text;
};
const ReportedError& last_error();
void clear_error();
// "CHX_E_OOM".
std::string status_name(chx_status status);
// "CHX_E_OOM (no 12 bytes left)".
std::string status_text(chx_status status);

// Blocks of host_alloc that have not been given back.
int64_t live_host_blocks();

// What the plugin logged at level warning and above.
std::vector<std::string> logged_warnings();

// A launch record that knows where its kernel's scratch comes from, and what was not kept with a storage.
struct KitLaunch {
    chx_launch record{};
    // Behind the record's struct_size.
    unsigned char poison[kPoisonBytes];
    std::function<chx_status(uint64_t bytes, uint64_t align, chx_memref* out)> scratch;
    mutable std::vector<std::unique_ptr<void, void(CHX_CALL*)(void*)>> refused;
};

}  // namespace conformance
