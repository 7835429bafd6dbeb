/* Not broken: a provider of kernels for host memory that has none yet. */
#include <stddef.h>

#include <chx/chx_plugin.h>

static chx_status create(const chx_host_api* host_api,
                         const chx_option* const* options,
                         uint32_t n_options,
                         chx_plugin** plugin,
                         chx_device_api* out) {
    (void)host_api;
    (void)options;
    (void)n_options;
    (void)out;
    *plugin = NULL;
    return CHX_OK;
}

static const chx_plugin_desc desc = {
    .struct_size = sizeof(chx_plugin_desc),
    .magic = CHX_MAGIC,
    .abi_major = CHX_ABI_MAJOR,
    .abi_minor = CHX_ABI_MINOR,
    .layout_hash = CHX_ABI_LAYOUT_HASH,
    .name = "provider",
    .version = "1.0.0",
    .kernels_for = "host",
    .create = create,
};

CHX_PLUGIN_QUERY(provider) {
    (void)host_major;
    (void)host_minor;
    return &desc;
}
