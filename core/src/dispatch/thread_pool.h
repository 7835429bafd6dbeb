// The one pool of CPU threads, which core and plugins share.
#pragma once

#include <cstdint>

#include "chx/chx_plugin.h"

namespace chainerx::internal {

// Splits [0, n) into ranges of at least grain, runs fn on them in this thread and the pool's, and
// waits. How it is split depends on n, grain and num_threads() only. The first failing status wins
// and its text becomes this thread's pending error text. Runs inline when called from inside
// another run or while another thread uses the pool.
chx_status parallel_for(int64_t n, int64_t grain, chx_range_fn fn, void* ctx) noexcept;

}  // namespace chainerx::internal
