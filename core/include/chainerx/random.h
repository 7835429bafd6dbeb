// The process-wide generator of random numbers, for the functions of chainerx/ops/random.h.
#pragma once

#include <cstdint>

#include "chainerx/export.h"
#include "chainerx/ops/random.h"

namespace chainerx::random {

// Starts the sequence of this seed from the beginning, on all devices. Unseeded, each process has a
// sequence of its own.
CHAINERX_EXPORT void seed(uint64_t seed);

}  // namespace chainerx::random
