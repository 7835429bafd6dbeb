/* A plugin of a later ABI major: it exports another query. */
#include <stddef.h>

__attribute__((visibility("default"))) const void* chx_plugin_query_v1(unsigned major,
                                                                       unsigned minor);

const void* chx_plugin_query_v1(unsigned major, unsigned minor) {
    (void)major;
    (void)minor;
    return NULL;
}
