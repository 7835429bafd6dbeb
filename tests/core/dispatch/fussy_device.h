// fussydev: a device inside of the test program whose kernels refuse, fail, plan and keep count.
#pragma once

#include <cstdint>

#include "chainerx/device.h"

namespace chainerx::testing {

// Its kernels, all for f32 and contiguous operands; it has no chx.copy. The host may address its
// memory.
//   square    two: the first refuses matrices in supports(), the second takes everything
//   abs       two: the first wants eight elements or more, the second takes everything
//   exp       refuses when it is launched
//   log       fails with a text, sqrt without one; sin says that the device is lost
//   negative  takes contiguous operands only
//   matmul    plans, takes scratch, keeps b transposed with its storage; plan() refuses 13 rows
//   and some that the core can't use
// Its ops: fussydev.answer() -> int64 scalar, 42.
Device& fussydev(int index = 0);

struct FussyCounts {
    int supports = 0;
    int first_squares = 0, second_squares = 0;
    int small_magnitudes = 0, large_magnitudes = 0;
    int refusals = 0;
    int plans = 0, plans_destroyed = 0;
    int products = 0;
    int packs = 0, packs_found = 0, packs_refused = 0, packs_destroyed = 0;
    bool has_seen_plan_state = false;
};
FussyCounts& fussy_counts();

}  // namespace chainerx::testing
