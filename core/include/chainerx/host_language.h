// Hooks for the language that embeds the core: giving up its global lock around long work, collecting its garbage.
#pragma once

#include <string>

#include "chainerx/export.h"

namespace chainerx {

struct HostLanguageHooks {
    // Gives up the lock if this thread holds it, and returns what restore() needs; nullptr if it does not.
    void* (*release)() = nullptr;
    void (*restore)(void*) = nullptr;
    // Frees what is unreachable, since it may hold arrays. Called when memory runs out.
    void (*collect_garbage)() = nullptr;
    // The line of the program that runs on this thread, "train.py:12"; empty if there is none.
    std::string (*where)() = nullptr;
    // Makes the plugins of the language's packages known that may serve devices of others. Called without a lock of the core,
    // whenever a backend is about to be used for the first time.
    void (*find_kernel_providers)() = nullptr;
};

// To be set once, before other threads use the core.
CHAINERX_EXPORT void set_host_language_hooks(const HostLanguageHooks& hooks);

namespace internal {
extern HostLanguageHooks host_language_hooks;

// Runs without the host language's lock.
class UnlockedScope {
public:
    UnlockedScope()
        : token_{host_language_hooks.release != nullptr ? host_language_hooks.release() : nullptr} {
    }
    ~UnlockedScope() {
        if (token_ != nullptr) host_language_hooks.restore(token_);
    }
    UnlockedScope(const UnlockedScope&) = delete;
    UnlockedScope& operator=(const UnlockedScope&) = delete;

private:
    void* token_;
};
}  // namespace internal

}  // namespace chainerx
