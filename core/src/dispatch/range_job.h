// One parallel_for: the ranges that are still to be done and what came of those that are.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "chx/chx_plugin.h"

namespace chainerx::internal {

class RangeJob {
public:
    RangeJob() = default;

    // Several ranges for each thread even out differences of speed between the CPUs.
    RangeJob(int64_t n, int64_t grain, int32_t threads, chx_range_fn fn, void* ctx);

    int64_t range_count() const { return range_count_; }

    // Starts over with another one's ranges. No thread may be in work().
    void reset(const RangeJob& other);

    // Does ranges until none is left or one has failed.
    void work(int32_t worker);

    // Of the first range that failed; its text becomes the calling thread's pending one. After the
    // last work().
    chx_status finish();

private:
    void keep_failure(chx_status status);

    int64_t n_ = 0;
    int64_t grain_ = 1;
    int64_t range_count_ = 0;
    chx_range_fn fn_ = nullptr;
    void* ctx_ = nullptr;
    std::string error_text_;
    std::atomic<chx_status> status_{CHX_OK};
    alignas(64) std::atomic<int64_t> next_range_{0};
};

}  // namespace chainerx::internal
