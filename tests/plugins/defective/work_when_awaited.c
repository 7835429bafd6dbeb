#define WITH_STREAMS
#define WORKS_UNASKED 0
#include "flawless.h"
