/* The thread is joined, its record stays. */
#define WITH_STREAMS
#define IN_STREAM_DESTROY(stream) (void)(stream)
#include "flawless.h"
