// Implements the splitting of a parallel_for and the hand-out of its ranges.
#include "dispatch/range_job.h"

#include <algorithm>
#include <utility>

#include "dispatch/thread_state.h"

namespace chainerx::internal {
namespace {

constexpr int64_t kRangesPerThread = 4;

}  // namespace

RangeJob::RangeJob(int64_t n, int64_t grain, int32_t threads, chx_range_fn fn, void* ctx)
    : n_(n), grain_(std::max<int64_t>(grain, 1)), fn_(fn), ctx_(ctx) {
    const int64_t most = threads > 1 ? threads * kRangesPerThread : 1;
    range_count_ = std::clamp<int64_t>(n_ / grain_, 1, most);
}

void RangeJob::reset(const RangeJob& other) {
    n_ = other.n_;
    grain_ = other.grain_;
    range_count_ = other.range_count_;
    fn_ = other.fn_;
    ctx_ = other.ctx_;
    status_.store(CHX_OK, std::memory_order_relaxed);
    next_range_.store(0, std::memory_order_relaxed);
}

void RangeJob::work(int32_t worker) {
    // Ranges begin at multiples of the grain, so that neighbours don't share cache lines
    // needlessly.
    const int64_t grains = n_ / grain_;
    const int64_t grains_each = grains / range_count_;
    const int64_t larger_ranges = grains % range_count_;
    const auto begin_of = [&](int64_t range) {
        return (range * grains_each + std::min(range, larger_ranges)) * grain_;
    };
    while (status_.load(std::memory_order_relaxed) == CHX_OK) {
        const int64_t range = next_range_.fetch_add(1, std::memory_order_relaxed);
        if (range >= range_count_) {
            return;
        }
        const int64_t end = range + 1 == range_count_ ? n_ : begin_of(range + 1);
        const chx_status status = fn_(begin_of(range), end, worker, ctx_);
        if (status != CHX_OK) {
            keep_failure(status);
            return;
        }
    }
}

void RangeJob::keep_failure(chx_status status) {
    std::string text = take_error_text();
    chx_status expected = CHX_OK;
    if (status_.compare_exchange_strong(expected, status, std::memory_order_relaxed)) {
        error_text_ = std::move(text);
    }
}

chx_status RangeJob::finish() {
    const chx_status status = status_.load(std::memory_order_relaxed);
    if (status != CHX_OK) {
        put_error_text(std::exchange(error_text_, {}));
    }
    return status;
}

}  // namespace chainerx::internal
