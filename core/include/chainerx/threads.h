// How many CPU threads the core and all plugins together use.
#pragma once

#include "chainerx/export.h"

namespace chainerx {

// Starts as CHAINERX_NUM_THREADS or the number of CPUs that this process may use.
CHAINERX_EXPORT int num_threads();

// At least 1. Not while another thread computes: kernels size their buffers by this number.
CHAINERX_EXPORT void set_num_threads(int count);

}  // namespace chainerx
