/* Fails to create without a word. */
#include "tier_0.h"

static chx_status create(const chx_host_api* host_api,
                         const chx_option* const* options,
                         uint32_t n_options,
                         chx_plugin** plugin,
                         chx_device_api* out) {
    create_tier_0(host_api, options, n_options, plugin, out);
    return CHX_E_OOM;
}

static const chx_plugin_desc desc = {
    FLAWLESS_HEAD,
    .magic = CHX_MAGIC,
    .abi_major = CHX_ABI_MAJOR,
    .layout_hash = CHX_ABI_LAYOUT_HASH,
    .name = "create_silent",
    .create = create,
};

DEFINE_QUERY(desc)
