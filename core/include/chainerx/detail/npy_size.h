// How long an .npy file is, for those who read it from a stream that goes on. For bindings.
#pragma once

#include <cstddef>
#include <cstdint>

#include "chainerx/export.h"

namespace chainerx::internal {

// Bytes of header and elements of a file that starts with this whole header. Throws ValueError if it is malformed.
CHAINERX_EXPORT uint64_t npy_size(const void* header, size_t size);

}  // namespace chainerx::internal
