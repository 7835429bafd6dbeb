// The log threshold as plugins see it: a plain integer that they read without a call.
#pragma once

#include <cstdint>

namespace chainerx::internal {

// Written atomically; lives as long as the process.
const int32_t* log_level_cell() noexcept;

}  // namespace chainerx::internal
