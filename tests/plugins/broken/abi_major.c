/* Says that it was built for another ABI major. */
#include "tier_0.h"

static const chx_plugin_desc desc = {
    FLAWLESS_HEAD,
    .magic = CHX_MAGIC,
    .abi_major = CHX_ABI_MAJOR + 7,
    .layout_hash = CHX_ABI_LAYOUT_HASH,
    .name = "abi_major",
    .create = create_tier_0,
};

DEFINE_QUERY(desc)
