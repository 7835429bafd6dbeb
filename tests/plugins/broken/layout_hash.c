/* Says that it was built against another layout. */
#include "tier_0.h"

static const chx_plugin_desc desc = {
    FLAWLESS_HEAD,
    .magic = CHX_MAGIC,
    .abi_major = CHX_ABI_MAJOR,
    .layout_hash = CHX_ABI_LAYOUT_HASH ^ 1,
    .name = "layout_hash",
    .create = create_tier_0,
};

DEFINE_QUERY(desc)
