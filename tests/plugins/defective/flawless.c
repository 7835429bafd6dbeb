/* Without fault: the measure of the others. */
#define WITH_STREAMS
#define WITH_KERNEL
#define WITH_CAPTURE
#include "flawless.h"
