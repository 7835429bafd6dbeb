/* Wrong in a tail that small arrays do not reach. */
#define WITH_KERNEL
#define RESULT(i, a, b) ((a) + (b) + ((i) == 1000))
#include "flawless.h"
