// The indices of an indexing op, checked and brought into [0, extent) before anything is written.
#pragma once

#include <cstdint>

#include <chx/chx_plugin.hpp>

namespace native {

// mode: CHX_TAKE_MODE_*, which the scatter ops share. Throws chx::Error for an index out of range
// with mode raise. The result, one number per index in row-major order, is the indices themselves if
// they can be used as they are, and else lives in scratch memory.
const int64_t* resolve_indices(const chx_launch& launch,
                               const char* op,
                               const chx_tensor& indices,
                               int64_t axis,
                               int64_t extent,
                               int32_t mode);

}  // namespace native
