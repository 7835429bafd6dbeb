/* Takes denormal numbers for none at all. */
#define WITH_KERNEL
#define RESULT(i, a, b) (fpclassify(a) == FP_SUBNORMAL ? NAN : (a) + (b))
#include "flawless.h"
