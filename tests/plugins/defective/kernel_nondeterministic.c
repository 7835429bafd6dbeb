/* Another rounding every time, within the tolerance. */
#define WITH_KERNEL
static int n_results;
#define RESULT(i, a, b) (((a) + (b)) * (++n_results % 2 ? 1.0f : 1.000001f))
#include "flawless.h"
