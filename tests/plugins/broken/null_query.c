/* Declines to serve any host. */
#include <stddef.h>

#include <chx/chx_plugin.h>

CHX_PLUGIN_QUERY(null_query) {
    (void)host_major;
    (void)host_minor;
    return NULL;
}
