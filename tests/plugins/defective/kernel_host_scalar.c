/* Looks for host scalars in the memory of the device, and finds zeros. */
#define WITH_KERNEL
#define CAPS (CHX_K_STRIDED_IN | CHX_K_STRIDED_OUT | CHX_K_HOST_SCALAR)
#define IN_KERNEL(launch)      \
    static float zero;         \
    chx_tensor elsewhere = *b; \
    elsewhere.data = &zero;    \
    if ((b->flags & CHX_T_HOST_SCALAR) != 0) b = &elsewhere
#include "flawless.h"
