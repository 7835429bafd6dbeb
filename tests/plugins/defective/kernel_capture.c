#define WITH_KERNEL
#define IN_KERNEL(launch)                \
    if (launch->flags & CHX_L_CAPTURING) \
    return host->set_error(CHX_E_INTERNAL, "flawless: can't be captured")
#include "flawless.h"
