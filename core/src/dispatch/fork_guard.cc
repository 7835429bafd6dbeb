// Holds all registered mutexes while the process forks.
#include "dispatch/fork_guard.h"

#include <pthread.h>

#include <atomic>

namespace chainerx::internal {

namespace {

struct Guarded {
    explicit Guarded(std::mutex& guarded) : mutex(guarded) {}
    std::mutex& mutex;
    std::atomic<Guarded*> next{nullptr};
};

// Who registers a mutex may hold others, which a fork therefore takes before `registration`; the list is read without it.
struct GuardedList {
    std::atomic<Guarded*> first{nullptr};
    std::atomic<Guarded*>* end = &first;  // where the next one goes
    std::mutex registration;
};

GuardedList& guarded() {
    static auto* instance = new GuardedList;
    return *instance;
}

void lock_all() {
    std::atomic<Guarded*>* next = &guarded().first;
    for (;;) {
        while (Guarded* one = next->load(std::memory_order_acquire)) {
            one->mutex.lock();
            next = &one->next;
        }
        guarded().registration.lock();
        if (next->load(std::memory_order_acquire) == nullptr) return;
        guarded().registration.unlock();
    }
}

// The list is what it was in lock_all(): nobody can register anything in between.
void unlock_all() {
    for (Guarded* one = guarded().first; one != nullptr; one = one->next) one->mutex.unlock();
    guarded().registration.unlock();
}

}  // namespace

void keep_usable_after_fork(std::mutex& mutex) {
    [[maybe_unused]] static const int registered = pthread_atfork(lock_all, unlock_all, unlock_all);
    auto* added = new Guarded(mutex);
    const std::lock_guard lock(guarded().registration);
    guarded().end->store(added, std::memory_order_release);
    guarded().end = &added->next;
}

}  // namespace chainerx::internal
