/* Thinks that strides are never negative. */
#define WITH_KERNEL
#define STRIDE(stride) llabs(stride)
#include "flawless.h"
