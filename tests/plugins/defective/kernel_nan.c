#define WITH_KERNEL
#define RESULT(i, a, b) (isnan(a) ? (b) : (a) + (b))
#include "flawless.h"
