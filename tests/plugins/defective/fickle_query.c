/* The hundredth query is declined. */
static int queries;
#define SERVES_MAJOR(major) ((major) == CHX_ABI_MAJOR && ++queries != 100)
#include "flawless.h"
