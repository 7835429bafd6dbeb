#define WITH_STREAMS
#define NULL_STREAM_WAITS 0
#include "flawless.h"
