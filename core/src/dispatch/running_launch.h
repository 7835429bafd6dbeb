// A kernel call in progress: what the host services that it may ask for need to know, and what lives until it is done.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "chx/chx_plugin.h"
#include "device/storage.h"

namespace chainerx::internal {

struct DeviceState;

// The core's launches are the first member of one of these, so that a service finds it from the plugin's pointer.
struct RunningLaunch {
    chx_launch launch{};
    DeviceState* device = nullptr;

    RunningLaunch() = default;
    RunningLaunch(DeviceState* on, const chx_launch& record) : launch{record}, device{on} {}
    RunningLaunch(const RunningLaunch&) = delete;
    RunningLaunch& operator=(const RunningLaunch&) = delete;
    [[gnu::always_inline]] ~RunningLaunch() {
        if (__builtin_expect(kept != nullptr, 0)) drop();
    }

    void keep(Storage* storage) { extras().storages.push_back(storage); }
    void pin(std::shared_ptr<void> blob) { extras().blobs.push_back(std::move(blob)); }

    struct Extras {
        std::vector<Storage*>
            storages;  // scratch: recycled in stream order, so the call's return is late enough
        std::vector<std::shared_ptr<void>> blobs;
    };
    Extras& extras() {
        if (kept == nullptr) kept = new Extras;
        return *kept;
    }
    void drop() noexcept {
        for (Storage* storage : kept->storages) release(storage);
        delete kept;
    }
    Extras* kept = nullptr;  // nullptr for nearly every call
};
static_assert(offsetof(RunningLaunch, launch) == 0);

inline RunningLaunch& running_launch_of(const chx_launch* launch) {
    return *const_cast<RunningLaunch*>(reinterpret_cast<const RunningLaunch*>(launch));
}

}  // namespace chainerx::internal
