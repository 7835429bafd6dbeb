#define WITH_KERNEL
#define IN_KERNEL(launch) \
    if (y->ndim == 3) return CHX_E_INTERNAL
#include "flawless.h"
