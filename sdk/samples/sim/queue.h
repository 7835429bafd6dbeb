// Queues of work, each run in order by a thread of its own, and what orders them among each other.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "options.h"

namespace sim {

struct Queue;

// After the first `count` tasks of a queue.
struct Position {
    std::shared_ptr<Queue> queue;
    uint64_t count = 0;
};

using Work = std::function<void()>;

struct Task {
    std::string what;
    Work work;
    std::vector<Position> waits;
    std::chrono::steady_clock::time_point ready;  // not before
};

// Work that is kept instead of being run.
struct Recording {
    std::vector<Task> tasks;
};

// Guarded by its scheduler's mutex, but for what never changes.
struct Queue {
    uint64_t number = 0;  // 0: the default one, in order with all others
    std::chrono::microseconds latency{0};
    std::deque<Task> tasks;
    uint64_t enqueued = 0, completed = 0;
    uint64_t demanded = 0;      // on demand: tasks that somebody waits for
    chx_status error = CHX_OK;  // of the first task that failed, until it has been told
    std::string error_text;
    std::shared_ptr<Recording> recording;
    bool is_closed = false;
    std::thread worker;
};

// All queues of one device.
class Scheduler {
public:
    explicit Scheduler(const Options& options);
    ~Scheduler() { stop(); }
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    const std::shared_ptr<Queue>& default_queue() const { return default_; }
    std::shared_ptr<Queue> open();
    // nullptr if there is no open queue of that number.
    std::shared_ptr<Queue> find(uint64_t number);
    // Waits for its work and ends its thread.
    void close(const std::shared_ptr<Queue>& queue);

    // Returns the position after the work. Throws if the queue is being recorded and this can't be.
    enum class Kind {
        kWork,
        kMarker,
        kHost
    };  // kMarker: has no latency; kHost: somebody will wait for it
    Position enqueue(const std::shared_ptr<Queue>& queue,
                     std::string what,
                     Kind kind,
                     Work work,
                     std::vector<Position> waits = {});
    uint64_t enqueued(const Queue& queue);
    bool is_reached(const Position& position);
    // Work that gives memory back, and waiting for all of that.
    void enqueue_free(const std::shared_ptr<Queue>& queue, Work work);
    void wait_for_frees();
    // Waits, and throws what has failed in that queue and was not told yet.
    void wait(const Position& position);
    void wait_for_all();
    // Throws what has failed and was not told yet.
    void tell_error(Queue& queue);

    void begin_recording(Queue& queue);
    std::shared_ptr<Recording> end_recording(Queue& queue);

    // Finishes all work, whatever its latency, and ends all threads.
    void stop();

private:
    void run(const std::shared_ptr<Queue>& queue);
    bool is_runnable(const Queue& queue, bool& is_waiting_for_time) const;
    void demand(const Position& position);
    void throw_error(Queue& queue);

    const Options options_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::shared_ptr<Queue>> queues_;  // open ones
    std::shared_ptr<Queue> default_;
    std::vector<Position> frees_;
    uint64_t opened_ = 0;
    bool is_stopping_ = false;
};

}  // namespace sim
