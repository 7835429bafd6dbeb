/* A plugin that serves no host: shows that chainerx_add_plugin() builds plain C outside of our tree. */
#include <stddef.h>

#include "chx/chx_plugin.h"

CHX_PLUGIN_QUERY(refuses) {
    (void)host_major;
    (void)host_minor;
    return NULL;
}
