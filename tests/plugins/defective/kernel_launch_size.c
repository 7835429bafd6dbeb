/* Serves no launch record but the one that it was compiled with. */
#define WITH_KERNEL
#define IN_KERNEL(launch)                          \
    if (launch->struct_size != sizeof(chx_launch)) \
    return host->set_error(CHX_E_ABI, "flawless: a launch record of another size")
#include "flawless.h"
