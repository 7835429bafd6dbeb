// Short ways for the most frequent indices: one integer, one slice. For bindings.
#pragma once

#include "chainerx/array.h"
#include "chainerx/export.h"

namespace chainerx::internal {

// The same as array.at({index}).
CHAINERX_EXPORT Array at_first_axis(const Array& array, int64_t index);
CHAINERX_EXPORT Array at_first_axis(const Array& array, const Slice& slice);

}  // namespace chainerx::internal
