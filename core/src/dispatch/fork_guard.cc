// Holds all registered mutexes while the process forks.
#include "dispatch/fork_guard.h"

#include <pthread.h>

#include <vector>

namespace chainerx::internal {

namespace {

struct Guarded {
    std::mutex mutex;
    std::vector<std::mutex*> mutexes;
};

Guarded& guarded() {
    static auto* instance = new Guarded;
    return *instance;
}

void lock_all() {
    guarded().mutex.lock();
    for (std::mutex* mutex : guarded().mutexes) mutex->lock();
}

void unlock_all() {
    for (std::mutex* mutex : guarded().mutexes) mutex->unlock();
    guarded().mutex.unlock();
}

}  // namespace

void keep_usable_after_fork(std::mutex& mutex) {
    [[maybe_unused]] static const int registered = pthread_atfork(lock_all, unlock_all, unlock_all);
    const std::lock_guard lock(guarded().mutex);
    guarded().mutexes.push_back(&mutex);
}

}  // namespace chainerx::internal
