/* What is captured runs at once too. */
#define WITH_STREAMS
#define WITH_KERNEL
#define WITH_CAPTURE
#define IN_RECORDING(launch) compute((launch)->in[0], (launch)->in[1], (launch)->out[0])
#include "flawless.h"
