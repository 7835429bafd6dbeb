/* Fails to close what was opened often. */
static int n_closed;
#define IN_CLOSE \
    if (++n_closed > 64) return host->set_error(CHX_E_INTERNAL, "flawless: can't be closed")
#include "flawless.h"
