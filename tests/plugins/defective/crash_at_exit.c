#include <stdlib.h>

static int is_open;
static void at_exit(void) {
    if (is_open) abort();
}
#define IN_OPEN \
    if (!is_open++) atexit(at_exit)
#include "flawless.h"
