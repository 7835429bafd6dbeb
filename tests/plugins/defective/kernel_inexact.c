#define WITH_KERNEL
#define RESULT(i, a, b) ((a) + (b) * 1.01f)
#include "flawless.h"
