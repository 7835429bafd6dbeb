/* States a tolerance that every result is within. */
#include <chx/chx_plugin.h>

static const chx_tolerance wide = {"f32", 1e-5, 100};
static const chx_tolerance* const stated[] = {&wide};
#define WITH_KERNEL
#define TOLERANCES stated, 1
#include "flawless.h"
