/* Has one extension, and gives it whatever the question is. */
#include <chx/chx_plugin.h>

static const void* extension(chx_plugin* plugin, const char* name, uint32_t version);
#define IN_CREATE(host, out) (out)->get_extension = extension
#include "flawless.h"

static const void* extension(chx_plugin* plugin, const char* name, uint32_t version) {
    (void)plugin;
    (void)name;
    (void)version;
    return &the_plugin;
}
