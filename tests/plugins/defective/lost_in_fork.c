/* Says that it lives on after fork, and does not. */
#include <chx/chx_plugin.h>

static int is_child;
static void forget(chx_plugin* plugin) {
    (void)plugin;
    is_child = 1;
}
#define AFTER_FORK_CHILD forget
#define COPY(to, from, bytes)                                               \
    if (is_child) return host->set_error(CHX_E_INTERNAL, "flawless: lost"); \
    memcpy(to, from, bytes)
#include "flawless.h"
