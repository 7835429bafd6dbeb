/* Says that there are streams, but has none of the other eleven functions. */
#include <chx/chx_plugin.h>

static chx_status no_stream(chx_device* device, uint32_t flags, chx_stream** out);
#define IN_CREATE(host, out) (out)->stream_create = no_stream
#include "flawless.h"

static chx_status no_stream(chx_device* device, uint32_t flags, chx_stream** out) {
    (void)device;
    (void)flags;
    (void)out;
    return host->set_error(CHX_E_UNIMPLEMENTED, "flawless: no streams");
}
