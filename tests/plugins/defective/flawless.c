/* Without fault: the measure of the others. */
#define WITH_STREAMS
#define WITH_KERNEL
#include "flawless.h"
