/* Computes at once, whatever the stream still has to do. */
#define WITH_STREAMS
#define WITH_KERNEL
#define KERNEL_WAITS 0
#include "flawless.h"
