// The innermost layer while CHAINERX_WATCHDOG or CHAINERX_SYNC_TIMEOUT is set: names calls that do not return.
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "chainerx/log.h"
#include "dispatch/fork_guard.h"
#include "layer/layer.h"

namespace chainerx::internal {

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kWatchdogLog = "chainerx.watchdog";
constexpr std::chrono::nanoseconds kShortestNap = std::chrono::milliseconds(5);
constexpr std::chrono::nanoseconds kLongestNap = std::chrono::seconds(1);

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

class Watchdog : public Layer {
public:
    explicit Watchdog(int64_t limit_ns)
        : limit_{limit_ns}, nap_{std::clamp(limit_ / 4, kShortestNap, kLongestNap)} {
        keep_usable_after_fork(mutex_);
    }

    chx_status before(PluginCall& call) override {
        std::string problem;
        {
            const std::lock_guard lock(mutex_);
            problem = start_thread();
            running_[&call] = {call_text(call), Clock::now(), gettid(), false};
        }
        if (!problem.empty()) log(kLogWarning, kWatchdogLog, "cannot start its thread: " + problem);
        return CHX_OK;
    }

    chx_status after(PluginCall& call, chx_status status) override {
        std::string text;
        {
            const std::lock_guard lock(mutex_);
            const auto found = running_.find(&call);
            if (found == running_.end()) return status;
            if (found->second.is_reported)
                text = fmt::format("{} has returned after {:.3g} s",
                                   found->second.text,
                                   seconds(Clock::now() - found->second.begun));
            running_.erase(found);
        }
        if (!text.empty()) log(kLogWarning, kWatchdogLog, text);
        return status;
    }

private:
    struct Running {
        std::string text;
        Clock::time_point begun;
        pid_t thread;
        bool is_reported;
    };

    // The child of a fork has neither the thread nor the other threads' calls.
    std::string start_thread() {
        if (process_ == getpid()) return {};
        process_ = getpid();
        running_.clear();
        sigset_t all, previous;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &previous);
        std::string problem;
        try {
            std::thread([this] { watch(); }).detach();
        } catch (const std::system_error& error) {
            problem = error.what();
        }
        pthread_sigmask(SIG_SETMASK, &previous, nullptr);
        return problem;
    }

    [[noreturn]] void watch() {
        for (;;) {
            std::this_thread::sleep_for(nap_);
            for (const std::string& text : take_overdue()) log(kLogError, kWatchdogLog, text);
        }
    }

    std::vector<std::string> take_overdue() {
        std::vector<std::string> texts;
        const std::lock_guard lock(mutex_);
        const Clock::time_point now = Clock::now();
        for (auto& [call, running] : running_) {
            if (running.is_reported || now - running.begun < limit_) continue;
            running.is_reported = true;
            texts.push_back(fmt::format("{} has not returned for {:.3g} s; thread {} is in it",
                                        running.text,
                                        seconds(now - running.begun),
                                        running.thread));
        }
        return texts;
    }

    const std::chrono::nanoseconds limit_, nap_;
    std::mutex mutex_;
    pid_t process_ = -1;
    std::map<const PluginCall*, Running> running_;
};

}  // namespace

std::unique_ptr<Layer> make_watchdog(int64_t limit_ns) {
    return std::make_unique<Watchdog>(limit_ns);
}

}  // namespace chainerx::internal
