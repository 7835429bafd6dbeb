// The threads that run queues, and waiting for them.
#include "queue.h"

#include <algorithm>
#include <utility>

namespace sim {

namespace {

bool is_passed(const Position& position) { return position.queue->completed >= position.count; }

void refuse_recording(const Queue& queue, const std::string& what) {
    if (queue.recording != nullptr)
        throw chx::Error(CHX_E_INVALID, "sim: " + what + " while the stream is being captured");
}

}  // namespace

Scheduler::Scheduler(const Options& options) : options_{options} { default_ = open(); }

std::shared_ptr<Queue> Scheduler::open() {
    const std::lock_guard lock(mutex_);
    auto queue = std::make_shared<Queue>();
    queue->number = opened_++;
    const size_t last = options_.latency_us.size() - 1;
    queue->latency =
        std::chrono::microseconds(options_.latency_us[std::min<size_t>(queue->number, last)]);
    queues_.push_back(queue);
    queue->worker = std::thread([this, queue] { run(queue); });
    return queue;
}

std::shared_ptr<Queue> Scheduler::find(uint64_t number) {
    const std::lock_guard lock(mutex_);
    for (const auto& queue : queues_) {
        if (queue->number == number) return queue;
    }
    return nullptr;
}

void Scheduler::close(const std::shared_ptr<Queue>& queue) {
    {
        std::unique_lock lock(mutex_);
        demand({queue, queue->enqueued});
        queue->is_closed = true;
        changed_.notify_all();
    }
    queue->worker.join();
    const std::lock_guard lock(mutex_);
    queues_.erase(std::find(queues_.begin(), queues_.end(), queue));
}

Position Scheduler::enqueue(const std::shared_ptr<Queue>& queue,
                            std::string what,
                            Kind kind,
                            Work work,
                            std::vector<Position> waits) {
    const std::lock_guard lock(mutex_);
    if (queue->recording != nullptr) {
        if (kind != Kind::kWork) refuse_recording(*queue, what);
        queue->recording->tasks.push_back({std::move(what), std::move(work), {}, {}});
        return {queue, queue->enqueued};
    }
    // The default queue comes after, and before, whatever is enqueued anywhere.
    for (const auto& other : queues_) {
        const bool is_ordered = queue == default_ ? other != default_ : other == default_;
        if (is_ordered && other->completed < other->enqueued)
            waits.push_back({other, other->enqueued});
    }
    const auto now = std::chrono::steady_clock::now();
    queue->tasks.push_back({std::move(what),
                            std::move(work),
                            std::move(waits),
                            kind == Kind::kMarker ? now : now + queue->latency});
    ++queue->enqueued;
    changed_.notify_all();
    return {queue, queue->enqueued};
}

uint64_t Scheduler::enqueued(const Queue& queue) {
    const std::lock_guard lock(mutex_);
    return queue.enqueued;
}

void Scheduler::enqueue_free(const std::shared_ptr<Queue>& queue, Work work) {
    const Position done = enqueue(queue, "free", Kind::kMarker, std::move(work));
    const std::lock_guard lock(mutex_);
    frees_.erase(std::remove_if(frees_.begin(), frees_.end(), is_passed), frees_.end());
    frees_.push_back(done);
}

void Scheduler::wait_for_frees() {
    std::unique_lock lock(mutex_);
    const std::vector<Position> frees = std::exchange(frees_, {});
    for (const Position& free : frees) demand(free);
    changed_.notify_all();
    changed_.wait(lock, [&] { return std::all_of(frees.begin(), frees.end(), is_passed); });
}

bool Scheduler::is_reached(const Position& position) {
    const std::lock_guard lock(mutex_);
    refuse_recording(*position.queue, "a query");
    return is_passed(position);
}

// Work that is waited for has to be done, and all that it waits for itself.
void Scheduler::demand(const Position& position) {
    Queue& queue = *position.queue;
    if (queue.demanded >= position.count) return;
    const uint64_t first = std::max(queue.demanded, queue.enqueued - queue.tasks.size());
    queue.demanded = position.count;
    for (uint64_t i = first; i < position.count; ++i) {
        const Task& task = queue.tasks[i - (queue.enqueued - queue.tasks.size())];
        for (const Position& earlier : task.waits) demand(earlier);
    }
}

void Scheduler::wait(const Position& position) {
    std::unique_lock lock(mutex_);
    refuse_recording(*position.queue, "waiting");
    demand(position);
    changed_.notify_all();
    changed_.wait(lock, [&] { return is_passed(position); });
    throw_error(*position.queue);
}

void Scheduler::wait_for_all() {
    std::unique_lock lock(mutex_);
    std::vector<Position> ends;
    for (const auto& queue : queues_) {
        refuse_recording(*queue, "waiting");
        ends.push_back({queue, queue->enqueued});
        demand(ends.back());
    }
    changed_.notify_all();
    changed_.wait(lock, [&] { return std::all_of(ends.begin(), ends.end(), is_passed); });
    for (const Position& end : ends) throw_error(*end.queue);
}

void Scheduler::throw_error(Queue& queue) {
    const chx_status status = std::exchange(queue.error, CHX_OK);
    if (status != CHX_OK) throw chx::Error(status, std::exchange(queue.error_text, {}));
}

void Scheduler::tell_error(Queue& queue) {
    const std::lock_guard lock(mutex_);
    throw_error(queue);
}

void Scheduler::begin_recording(Queue& queue) {
    const std::lock_guard lock(mutex_);
    refuse_recording(queue, "another capture");
    queue.recording = std::make_shared<Recording>();
}

std::shared_ptr<Recording> Scheduler::end_recording(Queue& queue) {
    const std::lock_guard lock(mutex_);
    return std::exchange(queue.recording, nullptr);
}

void Scheduler::stop() {
    std::vector<std::shared_ptr<Queue>> open;
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(is_stopping_, true)) return;
        open = queues_;
        changed_.notify_all();
    }
    for (const auto& queue : open) queue->worker.join();
}

bool Scheduler::is_runnable(const Queue& queue, bool& is_waiting_for_time) const {
    is_waiting_for_time = false;
    if (queue.tasks.empty()) return false;
    const Task& task = queue.tasks.front();
    if (!std::all_of(task.waits.begin(), task.waits.end(), is_passed)) return false;
    if (is_stopping_) return true;
    if (options_.is_on_demand) return queue.demanded > queue.completed;
    is_waiting_for_time = task.ready > std::chrono::steady_clock::now();
    return !is_waiting_for_time;
}

void Scheduler::run(const std::shared_ptr<Queue>& queue) {
    std::unique_lock lock(mutex_);
    for (;;) {
        bool is_waiting_for_time = false;
        if (!is_runnable(*queue, is_waiting_for_time)) {
            if (queue->tasks.empty() && (is_stopping_ || queue->is_closed)) return;
            if (is_waiting_for_time) {
                changed_.wait_until(lock, queue->tasks.front().ready);
            } else {
                changed_.wait(lock);
            }
            continue;
        }
        Task task = std::move(queue->tasks.front());
        queue->tasks.pop_front();
        lock.unlock();
        chx_status error = CHX_OK;
        std::string text;
        try {
            task.work();
        } catch (const chx::Error& failure) {
            error = failure.status();
            text = "sim: " + task.what + ", enqueued earlier, failed: " + failure.what();
        } catch (const std::exception& failure) {
            error = CHX_E_INTERNAL;
            text = "sim: " + task.what + ", enqueued earlier, failed: " + failure.what();
        }
        task = {};  // what it holds is freed before anybody is told
        lock.lock();
        ++queue->completed;
        if (error != CHX_OK && queue->error == CHX_OK) {
            queue->error = error;
            queue->error_text = text;
        }
        changed_.notify_all();
    }
}

}  // namespace sim
