#include <stdlib.h>

#include <chx/chx_plugin.h>

static void crash(chx_plugin* plugin) {
    (void)plugin;
    abort();
}
#define AFTER_FORK_CHILD crash
#include "flawless.h"
