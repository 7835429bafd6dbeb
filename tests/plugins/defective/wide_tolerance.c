/* Not wrong: less exact than usual, as it says. */
#include <chx/chx_plugin.h>

static const chx_tolerance wide = {"f32", 1e-3, 1e-4};
static const chx_tolerance* const stated[] = {&wide};
#define WITH_KERNEL
#define TOLERANCES stated, 1
#include "flawless.h"
