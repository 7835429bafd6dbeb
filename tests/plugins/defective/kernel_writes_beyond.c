/* Writes pairs. */
#define WITH_KERNEL
#define IN_KERNEL(launch) \
    if (y->numel == 5 && (y->flags & CHX_T_CONTIGUOUS)) *element(y, 0) = 0, element(y, 0)[5] = 0
#include "flawless.h"
