/* Not as exact as it says. */
#include <chx/chx_plugin.h>

static const chx_tolerance exact = {"f32", 1e-7, 1e-7};
static const chx_tolerance* const stated[] = {&exact};
#define WITH_KERNEL
#define TOLERANCES stated, 1
#define RESULT(i, a, b) (((a) + (b)) * 1.000002f)
#include "flawless.h"
