// Implements the pool: workers that spin briefly for the next job and then sleep.
#include "dispatch/thread_pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

#include "chainerx/error.h"
#include "chainerx/log.h"
#include "chainerx/threads.h"
#include "dispatch/range_job.h"
#include "dispatch/thread_state.h"

namespace chainerx {
namespace internal {
namespace {

// Long enough to bridge the gap between two kernels, short enough not to matter to others.
constexpr std::chrono::microseconds kSpinTime{20};

int cpu_count() {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) {
        return CPU_COUNT(&set);
    }
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int initial_thread_count() {
    const char* given = std::getenv("CHAINERX_NUM_THREADS");
    if (given == nullptr || *given == '\0') {
        return cpu_count();
    }
    int count = 0;
    const char* end = given + std::strlen(given);
    const auto parsed = std::from_chars(given, end, count);
    if (parsed.ec == std::errc() && parsed.ptr == end && count >= 1) {
        return count;
    }
    log(kLogWarning,
        "chainerx.threads",
        std::string("CHAINERX_NUM_THREADS: '") + given +
            "' given; expected a whole number, 1 or more; using the number of CPUs");
    return cpu_count();
}

std::atomic<int>& thread_count() {
    static std::atomic<int> count{initial_thread_count()};
    return count;
}

void relax_cpu() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

// Returns whether the condition came true within kSpinTime. Spinning on a single CPU only delays
// what it waits for.
template <typename Condition>
bool spin_until(Condition condition) {
    static const bool has_several_cpus = cpu_count() > 1;
    if (!has_several_cpus) {
        return condition();
    }
    const auto deadline = std::chrono::steady_clock::now() + kSpinTime;
    do {
        for (int i = 0; i < 32; ++i) {
            if (condition()) {
                return true;
            }
            relax_cpu();
        }
    } while (std::chrono::steady_clock::now() < deadline);
    return false;
}

// One job at a time. gate_ holds two counts: tickets (upper half), how many workers may still join
// the job, and inside (lower half), how many are in it. Whoever opens the gate owns job_ again once
// both are 0.
class ThreadPool {
public:
    // False if another thread uses the pool.
    bool try_run(const RangeJob& job, int32_t threads, chx_status* status) {
        if (is_busy_.exchange(true, std::memory_order_acquire)) {
            return false;
        }
        const int64_t wanted = std::min<int64_t>(threads, job.range_count()) - 1;
        start_workers(threads - 1);
        job_.reset(job);
        open_gate(static_cast<uint32_t>(std::min<int64_t>(wanted, worker_count_)));
        job_.work(0);
        close_gate();
        *status = job_.finish();
        is_busy_.store(false, std::memory_order_release);
        return true;
    }

private:
    static constexpr uint64_t kOneTicket = uint64_t{1} << 32;
    static constexpr uint64_t kInsideMask = kOneTicket - 1;

    void start_workers(int32_t count) {
        if (worker_count_ >= count || has_failed_to_start_) {
            return;
        }
        // Signals are the business of the program's own threads.
        sigset_t all;
        sigset_t previous;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &previous);
        try {
            for (; worker_count_ < count; ++worker_count_) {
                std::thread([this] { serve(); }).detach();
            }
        } catch (const std::system_error& error) {
            has_failed_to_start_ = true;
            log(kLogWarning,
                "chainerx.threads",
                std::string("cannot start a thread, going on with fewer: ") + error.what());
        }
        pthread_sigmask(SIG_SETMASK, &previous, nullptr);
    }

    void open_gate(uint32_t tickets) {
        gate_.store(tickets * kOneTicket);
        if (tickets == 0 || sleeping_.load() == 0) {
            return;
        }
        const std::lock_guard lock(mutex_);
        for (uint32_t i = 0; i < tickets; ++i) {
            work_arrived_.notify_one();
        }
    }

    void close_gate() {
        gate_.fetch_and(kInsideMask);
        const auto is_empty = [this] { return gate_.load() == 0; };
        if (spin_until(is_empty)) {
            return;
        }
        std::unique_lock lock(mutex_);
        is_owner_waiting_.store(true);
        work_done_.wait(lock, is_empty);
        is_owner_waiting_.store(false);
    }

    [[noreturn]] void serve() {
        pthread_setname_np(pthread_self(), "chainerx-pool");
        thread_state().is_in_parallel_for = true;
        for (;;) {
            const int32_t worker = try_enter();
            if (worker > 0) {
                put_error_text({});
                job_.work(worker);
                leave();
            } else {
                wait_for_ticket();
            }
        }
    }

    // The number on the ticket is this worker's number in the job; 0: there was none.
    int32_t try_enter() {
        uint64_t gate = gate_.load();
        while (gate >= kOneTicket) {
            if (gate_.compare_exchange_weak(gate, gate - kOneTicket + 1)) {
                return static_cast<int32_t>(gate / kOneTicket);
            }
        }
        return 0;
    }

    void leave() {
        const bool is_last = gate_.fetch_sub(1) == 1;
        if (is_last && is_owner_waiting_.load()) {
            const std::lock_guard lock(mutex_);
            work_done_.notify_one();
        }
    }

    void wait_for_ticket() {
        const auto has_ticket = [this] { return gate_.load() >= kOneTicket; };
        if (spin_until(has_ticket)) {
            return;
        }
        std::unique_lock lock(mutex_);
        sleeping_.fetch_add(1);
        work_arrived_.wait(lock, has_ticket);
        sleeping_.fetch_sub(1);
    }

    RangeJob job_;
    alignas(64) std::atomic<uint64_t> gate_{0};
    std::atomic<int32_t> sleeping_{0};
    std::atomic<bool> is_owner_waiting_{false};
    std::atomic<bool> is_busy_{false};
    int32_t worker_count_ = 0;  // guarded by is_busy_, like has_failed_to_start_
    bool has_failed_to_start_ = false;
    std::mutex mutex_;
    std::condition_variable work_arrived_;
    std::condition_variable work_done_;
};

std::atomic<ThreadPool*> current_pool{nullptr};

// The child of a fork has none of the workers: it gets a pool of its own when it needs one.
void forget_pool() { current_pool.store(nullptr); }

// Never destroyed: its threads may sleep in it until the process ends.
ThreadPool& pool() {
    ThreadPool* existing = current_pool.load(std::memory_order_acquire);
    if (existing != nullptr) {
        return *existing;
    }
    [[maybe_unused]] static const int registered = pthread_atfork(nullptr, nullptr, forget_pool);
    auto created = std::make_unique<ThreadPool>();
    if (current_pool.compare_exchange_strong(existing, created.get())) {
        return *created.release();
    }
    return *existing;
}

chx_status run_inline(RangeJob& job) {
    job.work(0);
    return job.finish();
}

}  // namespace

chx_status parallel_for(int64_t n, int64_t grain, chx_range_fn fn, void* ctx) noexcept {
    if (n <= 0) {
        return CHX_OK;
    }
    if (n <= grain) {
        return fn(0, n, 0, ctx);
    }
    const int32_t threads = thread_count().load(std::memory_order_relaxed);
    RangeJob job(n, grain, threads, fn, ctx);
    if (job.range_count() == 1) {
        return fn(0, n, 0, ctx);
    }
    ThreadState& thread = thread_state();
    if (thread.is_in_parallel_for) {
        return run_inline(job);
    }
    thread.is_in_parallel_for = true;
    chx_status status = CHX_OK;
    if (!pool().try_run(job, threads, &status)) {
        status = run_inline(job);
    }
    thread.is_in_parallel_for = false;
    return status;
}

}  // namespace internal

int num_threads() { return internal::thread_count().load(std::memory_order_relaxed); }

void set_num_threads(int count) {
    if (count < 1) {
        throw ValueError("set_num_threads: " + std::to_string(count) +
                         " given; expected 1 or more");
    }
    internal::thread_count().store(count, std::memory_order_relaxed);
}

}  // namespace chainerx
