/* Has no magic number. */
#include "tier_0.h"

static const chx_plugin_desc desc = {
    FLAWLESS_HEAD,
    .magic = 0x12345678u,
    .abi_major = CHX_ABI_MAJOR,
    .layout_hash = CHX_ABI_LAYOUT_HASH,
    .name = "wrong_magic",
    .create = create_tier_0,
};

DEFINE_QUERY(desc)
