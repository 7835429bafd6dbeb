// Implements the per-thread state and its end with the thread.
#include "dispatch/thread_state.h"

#include <pthread.h>

#include <memory>
#include <utility>

namespace chainerx::internal {
namespace {

constinit thread_local ThreadState* current = nullptr;

void destroy_state(void* state) {
    current = nullptr;
    std::default_delete<ThreadState>()(static_cast<ThreadState*>(state));
}

// A pthread key instead of a thread_local with a destructor: no guard on each access.
pthread_key_t destructor_key() {
    static const pthread_key_t key = [] {
        pthread_key_t created = 0;
        pthread_key_create(&created, destroy_state);
        return created;
    }();
    return key;
}

}  // namespace

ThreadState& thread_state() {
    if (current == nullptr) {
        auto created = std::make_unique<ThreadState>();
        pthread_setspecific(destructor_key(), created.get());
        current = created.release();
    }
    return *current;
}

std::string take_error_text() { return std::exchange(thread_state().error_text, {}); }

void put_error_text(std::string text) { thread_state().error_text = std::move(text); }

}  // namespace chainerx::internal
