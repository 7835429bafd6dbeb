/* Can't do without a later minor of the ABI. */
#include "tier_0.h"

static const chx_plugin_desc desc = {
    FLAWLESS_HEAD,
    .magic = CHX_MAGIC,
    .abi_major = CHX_ABI_MAJOR,
    .abi_minor_required = CHX_ABI_MINOR + 3,
    .layout_hash = CHX_ABI_LAYOUT_HASH,
    .name = "needs_newer_host",
    .create = create_tier_0,
};

DEFINE_QUERY(desc)
