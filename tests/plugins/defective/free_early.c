#define WITH_STREAMS
#define FREES_IN_ORDER 0
#include "flawless.h"
