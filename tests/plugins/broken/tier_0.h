/* A device provider without fault: each broken plugin takes it and spoils one thing. */
#ifndef CHAINERX_TESTS_TIER_0_H
#define CHAINERX_TESTS_TIER_0_H

#define _POSIX_C_SOURCE 200809L /* posix_memalign */

#include <stdlib.h>
#include <string.h>

#include <chx/chx_plugin.h>

#include "../host_memory.h"

static chx_status device_count(chx_plugin* plugin, int32_t* count) {
    (void)plugin;
    *count = 0;
    return CHX_OK;
}

static chx_status device_open(chx_plugin* plugin, int32_t index, chx_device** out) {
    (void)plugin;
    (void)index;
    *out = NULL;
    return host->set_error(CHX_E_INVALID, "there are no devices");
}

static chx_status device_close(chx_device* device) {
    (void)device;
    return CHX_OK;
}

static chx_status device_info(chx_device* device, chx_device_info* out) {
    (void)device;
    memset(out->name, 0, sizeof out->name);
    return CHX_OK;
}

static void offer_tier_0(const chx_host_api* host_api, chx_device_api* out) {
    host = host_api;
    out->device_count = device_count;
    out->device_open = device_open;
    out->device_close = device_close;
    out->device_info = device_info;
    out->alloc = device_alloc;
    out->free = device_free;
    out->copy = device_copy;
    out->sync = device_sync;
}

static inline chx_status create_tier_0(const chx_host_api* host_api,
                                       const chx_option* const* options,
                                       uint32_t n_options,
                                       chx_plugin** plugin,
                                       chx_device_api* out) {
    (void)options;
    (void)n_options;
    *plugin = NULL;
    offer_tier_0(host_api, out);
    return CHX_OK;
}

/* The descriptor's fields that most plugins have in common. */
#define FLAWLESS_HEAD                                                                       \
    .struct_size = sizeof(chx_plugin_desc), .abi_minor = CHX_ABI_MINOR, .version = "1.0.0", \
    .vendor = "ChainerX tests", .build_info = "broken on purpose"

#define DEFINE_QUERY(desc)     \
    CHX_PLUGIN_QUERY(broken) { \
        (void)host_major;      \
        (void)host_minor;      \
        return &(desc);        \
    }

#endif
