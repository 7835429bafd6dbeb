// Implements logging; the only file that includes spdlog.
#include "chainerx/log.h"

#include <pthread.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <utility>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "chainerx/error.h"
#include "dispatch/thread_state.h"
#include "log/log_level_cell.h"

namespace chainerx {
namespace {

constexpr std::array<std::string_view, 6> kLevelNames = {
    "trace", "debug", "info", "warning", "error", "off"};

constinit int32_t level_cell = kLogWarning;

// One mutex guards everything, spdlog's sink included, so that a fork can never copy a locked one.
struct LogState {
    std::mutex mutex;
    std::shared_ptr<const LogSink> sink;
    std::size_t queue_capacity = 0;
    std::size_t dropped = 0;
    std::vector<LogRecord> queue;
    spdlog::logger writer{"chainerx", std::make_shared<spdlog::sinks::stderr_sink_st>()};
};

// Never destroyed: plugins and threads may log until the very end of the process.
LogState& state() {
    static LogState& instance = *[] {
        auto created = std::make_unique<LogState>();
        created->writer.set_level(spdlog::level::trace);
        created->writer.set_pattern("%H:%M:%S.%e [%l] %v");
        pthread_atfork([] { state().mutex.lock(); },
                       [] { state().mutex.unlock(); },
                       [] { state().mutex.unlock(); });
        return created.release();
    }();
    return instance;
}

spdlog::level::level_enum spdlog_level(int32_t level) {
    static_assert(spdlog::level::trace == 0 && spdlog::level::err == 4);
    return static_cast<spdlog::level::level_enum>(level);
}

void write_locked(LogState& log_state,
                  int32_t level,
                  std::string_view component,
                  std::string_view text) {
    log_state.writer.log(spdlog_level(level), "{}: {}", component, text);
    log_state.writer.flush();
}

void write_or_queue(int32_t level, std::string_view component, std::string_view text) {
    LogState& log_state = state();
    const std::lock_guard lock(log_state.mutex);
    if (log_state.queue_capacity == 0) {
        write_locked(log_state, level, component, text);
    } else if (log_state.queue.size() < log_state.queue_capacity) {
        log_state.queue.push_back({level, std::string(component), std::string(text)});
    } else {
        ++log_state.dropped;
    }
}

std::shared_ptr<const LogSink> current_sink() {
    LogState& log_state = state();
    const std::lock_guard lock(log_state.mutex);
    return log_state.sink;
}

// The sink runs without our lock; what it logs itself must not come back to it.
bool pass_to_sink(int32_t level, std::string_view component, std::string_view text) {
    internal::ThreadState& thread = internal::thread_state();
    if (thread.is_in_log_sink) {
        return false;
    }
    const std::shared_ptr<const LogSink> sink = current_sink();
    if (!sink) {
        return false;
    }
    thread.is_in_log_sink = true;
    bool is_taken = true;
    try {
        (*sink)(level, component, text);
    } catch (...) {
        is_taken = false;
    }
    thread.is_in_log_sink = false;
    return is_taken;
}

void read_environment() {
    const char* given = std::getenv("CHAINERX_LOG");
    if (given == nullptr || *given == '\0') {
        return;
    }
    for (std::size_t i = 0; i < kLevelNames.size(); ++i) {
        if (kLevelNames[i] == given) {
            set_log_level(static_cast<int32_t>(i));
            return;
        }
    }
    log(kLogWarning,
        "chainerx.log",
        std::string("CHAINERX_LOG: '") + given +
            "' given; expected trace, debug, info, warning, error or off; using warning");
}

[[maybe_unused]] const bool is_environment_read = (read_environment(), true);

}  // namespace

void log(int32_t level, std::string_view component, std::string_view text) noexcept {
    if (level < kLogTrace || level >= kLogOff || !is_log_enabled(level)) {
        return;
    }
    try {
        if (!pass_to_sink(level, component, text)) {
            write_or_queue(level, component, text);
        }
    } catch (...) {  // out of memory: a message is not worth a crash
    }
}

bool is_log_enabled(int32_t level) noexcept { return level >= log_level(); }

int32_t log_level() noexcept {
    return std::atomic_ref<int32_t>(level_cell).load(std::memory_order_relaxed);
}

void set_log_level(int32_t level) {
    if (level < kLogTrace || level > kLogOff) {
        throw ValueError("set_log_level: " + std::to_string(level) +
                         " given; expected 0 (trace) to 5 (off)");
    }
    std::atomic_ref<int32_t>(level_cell).store(level, std::memory_order_relaxed);
}

std::string_view log_level_name(int32_t level) noexcept {
    return level < kLogTrace || level > kLogOff ? "?"
                                                : kLevelNames[static_cast<std::size_t>(level)];
}

void set_log_sink(LogSink sink) {
    auto shared = sink ? std::make_shared<const LogSink>(std::move(sink)) : nullptr;
    LogState& log_state = state();
    const std::lock_guard lock(log_state.mutex);
    log_state.sink.swap(shared);
}

void set_log_queue(std::size_t capacity) {
    LogState& log_state = state();
    const std::lock_guard lock(log_state.mutex);
    log_state.queue_capacity = capacity;
    if (capacity == 0) {
        for (const LogRecord& record : log_state.queue) {
            write_locked(log_state, record.level, record.component, record.text);
        }
        log_state.queue.clear();
    }
}

std::vector<LogRecord> take_log_records() {
    LogState& log_state = state();
    const std::lock_guard lock(log_state.mutex);
    if (log_state.dropped > 0) {
        log_state.queue.push_back(
            {kLogWarning,
             "chainerx.log",
             std::to_string(log_state.dropped) + " messages were lost: the queue was full"});
        log_state.dropped = 0;
    }
    return std::exchange(log_state.queue, {});
}

namespace internal {

const int32_t* log_level_cell() noexcept { return &level_cell; }

}  // namespace internal
}  // namespace chainerx
