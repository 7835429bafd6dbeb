// Strides of arrays without elements, whose other extents may be so large that their product means nothing.
#pragma once

#include <cstdint>

namespace chainerx::internal {

// a * b modulo 2^64, where the language leaves undefined what overflows.
constexpr int64_t wrapping_product(int64_t a, int64_t b) {
    return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}

}  // namespace chainerx::internal
