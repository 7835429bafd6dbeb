/* Gives the oldest hosts something that is no descriptor. */
#include <chx/chx_plugin.h>

static const chx_plugin_desc nothing;
#define IN_QUERY \
    if (host_major == CHX_ABI_MAJOR && host_minor == 0) return &nothing
#include "flawless.h"
