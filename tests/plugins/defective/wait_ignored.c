#define WITH_STREAMS
#define HOLDS 0
#include "flawless.h"
