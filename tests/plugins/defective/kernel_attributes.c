/* Refuses attributes, of which its op has none as yet. */
#define WITH_KERNEL
#define IN_KERNEL(launch) \
    if (launch->attrs) return CHX_E_UNIMPLEMENTED
#include "flawless.h"
