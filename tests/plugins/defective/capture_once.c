/* A capture is used up by its first launch. */
#define WITH_STREAMS
#define WITH_KERNEL
#define WITH_CAPTURE
#define LAUNCHES(captured) ((captured)->n_launches++ == 0)
#include "flawless.h"
