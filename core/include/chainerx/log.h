// The one facade for messages: to standard error, to a function of yours, or to a queue that Python
// drains.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "chainerx/export.h"

namespace chainerx {

// Values are those of the C ABI's chx_host_api.log.
enum LogLevel : int32_t { kLogTrace, kLogDebug, kLogInfo, kLogWarning, kLogError, kLogOff };

struct LogRecord {
    int32_t level;
    std::string component;  // "chainerx.plugin", "acme.alloc"
    std::string text;
};

using LogSink = std::function<void(int level, std::string_view component, std::string_view text)>;

// Drops the message if its level is below the threshold. Never throws, never calls Python.
CHAINERX_EXPORT void log(int32_t level, std::string_view component, std::string_view text) noexcept;

// Whether log() would keep a message: ask before formatting one.
CHAINERX_EXPORT bool is_log_enabled(int32_t level) noexcept;

// The threshold. Starts as CHAINERX_LOG (trace, debug, info, warning, error, off) or warning.
CHAINERX_EXPORT int32_t log_level() noexcept;
CHAINERX_EXPORT void set_log_level(int32_t level);

// "warning" and so on; "?" for a value that is no level.
CHAINERX_EXPORT std::string_view log_level_name(int32_t level) noexcept;

// Sends messages to a function instead of standard error; an empty one undoes that. The function
// may be called from any thread, several at a time, and messages that it logs itself go to standard
// error.
CHAINERX_EXPORT void set_log_sink(LogSink sink);

// Keeps up to that many messages for take_log_records() instead of writing them; 0 turns the queue
// off and writes what was left. A sink goes before the queue.
CHAINERX_EXPORT void set_log_queue(std::size_t capacity);

// Returns and clears the queue. When it had overflowed, the last record says how many messages were
// lost.
CHAINERX_EXPORT std::vector<LogRecord> take_log_records();

}  // namespace chainerx
