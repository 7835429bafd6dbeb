/* Goes on to the next element where it has to stay. */
#define WITH_KERNEL
#define STRIDE(stride) ((stride) == 0 ? 1 : (stride))
#include "flawless.h"
