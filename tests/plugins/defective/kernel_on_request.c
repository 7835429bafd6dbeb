/* Another rounding every time, asked for the same ones or not. */
#define WITH_KERNEL
#define CAPS (CHX_K_STRIDED_IN | CHX_K_STRIDED_OUT | CHX_K_DETERMINISTIC_ON_REQUEST)
static int n_results;
#define RESULT(i, a, b) (((a) + (b)) * (++n_results % 2 ? 1.0f : 1.000001f))
#include "flawless.h"
