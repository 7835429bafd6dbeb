/* A cap that does not exist. */
#define WITH_KERNEL
#define CAPS (CHX_K_STRIDED_IN | (uint64_t)1 << 40)
#include "flawless.h"
