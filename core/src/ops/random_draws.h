// What random functions draw from a generator: words, and uniform numbers made of them.
#pragma once

#include <optional>

#include "chainerx/array.h"
#include "chainerx/random.h"

namespace chainerx::internal {

// n words of 32 random bits, uint32. generator: nullptr for the process-wide one.
Array random_words(int64_t n, Device& device, random::Generator* generator);

// Digits of the significand, the implied one included.
int precision(DType dtype);

// n multiples of 2 ** -digits in [0, 1), float32 up to 24 digits and float64 for 53.
Array unit_uniform(int64_t n, int digits, Device& device, random::Generator* generator);

}  // namespace chainerx::internal
