/* nulldev: a device that can only hold bytes. It has no kernel at all and keeps its memory to itself, although that is
 * ordinary memory, so that every op on it has to go through decomposition or the host. */
#define _POSIX_C_SOURCE 200809L /* posix_memalign */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chx/chx_plugin.h>

#include "../host_memory.h"

#define DEVICE_COUNT 2

struct chx_plugin {
    int32_t unused;
};

struct chx_device {
    int32_t index;
};

static struct chx_plugin the_plugin;
static struct chx_device devices[DEVICE_COUNT] = {{0}, {1}};

static chx_status device_count(chx_plugin* plugin, int32_t* count) {
    (void)plugin;
    *count = DEVICE_COUNT;
    return CHX_OK;
}

static chx_status device_open(chx_plugin* plugin, int32_t index, chx_device** out) {
    (void)plugin;
    if (index < 0 || index >= DEVICE_COUNT) {
        return host->set_error(CHX_E_INVALID, "nulldev: no such device; expected index 0 or 1");
    }
    *out = &devices[index];
    return CHX_OK;
}

static chx_status device_close(chx_device* device) {
    (void)device;
    return CHX_OK;
}

static chx_status device_info(chx_device* device, chx_device_info* out) {
    out->dl_device_type = 12;
    snprintf(out->name, sizeof out->name, "nulldev %d: memory without kernels", (int)device->index);
    snprintf(out->uuid, sizeof out->uuid, "nulldev-%d", (int)device->index);
    snprintf(out->memory_kind, sizeof out->memory_kind, "nulldev");
    out->alignment = 64;
    out->host_accessible_kinds = 0;
    return CHX_OK;
}

static chx_status create(const chx_host_api* host_api,
                         const chx_option* const* options,
                         uint32_t n_options,
                         chx_plugin** out_plugin,
                         chx_device_api* out) {
    (void)options;
    (void)n_options;
    host = host_api;
    *out_plugin = &the_plugin;
    out->device_count = device_count;
    out->device_open = device_open;
    out->device_close = device_close;
    out->device_info = device_info;
    out->alloc = device_alloc;
    out->free = device_free;
    out->copy = device_copy;
    out->sync = device_sync;
    return CHX_OK;
}

static chx_status destroy(chx_plugin* plugin) {
    (void)plugin;
    return CHX_OK;
}

static const chx_plugin_desc desc = {
    .struct_size = sizeof(chx_plugin_desc),
    .magic = CHX_MAGIC,
    .abi_major = CHX_ABI_MAJOR,
    .abi_minor = CHX_ABI_MINOR,
    .abi_minor_required = 1,
    .layout_hash = CHX_ABI_LAYOUT_HASH,
    .name = "nulldev",
    .version = "1.0.0",
    .vendor = "ChainerX tests",
    .build_info = "tier 0, no kernels",
    .create = create,
    .destroy = destroy,
};

CHX_PLUGIN_QUERY(nulldev) {
    (void)host_minor;
    return host_major == CHX_ABI_MAJOR ? &desc : NULL;
}
