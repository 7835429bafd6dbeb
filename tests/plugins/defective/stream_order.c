/* The latest job goes first. */
#define WITH_STREAMS
#define ENQUEUE(stream, job) prepend(stream, job)
#include "flawless.h"
