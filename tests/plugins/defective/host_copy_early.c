#define WITH_STREAMS
#define WAITS_FOR_HOST_COPY 0
#include "flawless.h"
