#define WITH_STREAMS
#define ELAPSED(start, end) ((start)->ns - (end)->ns)
#include "flawless.h"
