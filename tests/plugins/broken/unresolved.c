/* Calls a function that exists nowhere, but only when a device is opened. */
#include "tier_0.h"

extern chx_status chx_test_function_that_does_not_exist(void);

static chx_status open_unresolved(chx_plugin* plugin, int32_t index, chx_device** out) {
    (void)plugin;
    (void)index;
    (void)out;
    return chx_test_function_that_does_not_exist();
}

static chx_status create(const chx_host_api* host_api,
                         const chx_option* const* options,
                         uint32_t n_options,
                         chx_plugin** plugin,
                         chx_device_api* out) {
    create_tier_0(host_api, options, n_options, plugin, out);
    out->device_open = open_unresolved;
    return CHX_OK;
}

static const chx_plugin_desc desc = {
    FLAWLESS_HEAD,
    .magic = CHX_MAGIC,
    .abi_major = CHX_ABI_MAJOR,
    .layout_hash = CHX_ABI_LAYOUT_HASH,
    .name = "unresolved",
    .create = create,
};

DEFINE_QUERY(desc)
