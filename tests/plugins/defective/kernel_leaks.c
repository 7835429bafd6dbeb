static void* volatile kept;
#define WITH_KERNEL
#define IN_KERNEL(launch) kept = malloc(100)
#include <stdlib.h>

#include "flawless.h"
