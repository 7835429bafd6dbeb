/* A device with memory and one kernel, without fault: each defective plugin takes it and spoils one thing, by defining
 * one of the macros below before it includes this. */
#ifndef CHAINERX_TESTS_FLAWLESS_H
#define CHAINERX_TESTS_FLAWLESS_H

#define _GNU_SOURCE

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chx/chx_plugin.h>

#include "../host_memory.h"

#ifndef IN_QUERY
#define IN_QUERY
#endif
#ifndef IN_CREATE
#define IN_CREATE(host, out)
#endif
#ifndef IN_DESTROY
#define IN_DESTROY
#endif
#ifndef SERVES_MAJOR
#define SERVES_MAJOR(major) ((major) == CHX_ABI_MAJOR)
#endif
#ifndef IN_OPEN /* after a good index */
#define IN_OPEN
#endif
#ifndef IN_CLOSE
#define IN_CLOSE
#endif
#ifndef WRONG_INDEX /* what a bad index leads to */
#define WRONG_INDEX(index) \
    return host->set_error(CHX_E_INVALID, "flawless: the one device has index 0")
#endif
#ifndef OPTION_DEFS
#define OPTION_DEFS NULL
#define N_OPTION_DEFS 0
#endif
#ifndef IN_INFO
#define IN_INFO(out)
#endif
#ifndef DEVICE_NAME
#define DEVICE_NAME "host memory"
#endif
#ifndef VENDOR
#define VENDOR "ChainerX tests"
#endif
#ifndef AFTER_FORK_CHILD
#define AFTER_FORK_CHILD NULL
#endif

struct chx_plugin {
    int unused;
};
struct chx_device {
    int unused;
};
static struct chx_plugin the_plugin;
static struct chx_device the_device;

#ifdef WITH_STREAMS
#include "flawless_streams.h"
#endif
#ifdef WITH_KERNEL
#include "flawless_kernel.h"
#endif
#ifdef WITH_PROGRAM
#include "flawless_program.h"
#endif

static chx_status device_count(chx_plugin* plugin, int32_t* count) {
    (void)plugin;
    *count = 1;
    return CHX_OK;
}

static chx_status device_open(chx_plugin* plugin, int32_t index, chx_device** out) {
    (void)plugin;
    if (index != 0) WRONG_INDEX(index);
    IN_OPEN;
    *out = &the_device;
    return CHX_OK;
}

static chx_status device_close(chx_device* device) {
    (void)device;
    IN_CLOSE;
    return CHX_OK;
}

static chx_status device_info(chx_device* device, chx_device_info* out) {
    (void)device;
    out->dl_device_type = 12;
    snprintf(out->name, sizeof out->name, "%s", DEVICE_NAME);
    snprintf(out->memory_kind, sizeof out->memory_kind, "flawless");
    out->alignment = 64;
    out->host_accessible_kinds = 1u << CHX_MEM_DEVICE;
    IN_INFO(out);
    return CHX_OK;
}

static chx_status create(const chx_host_api* host_api,
                         const chx_option* const* options,
                         uint32_t n_options,
                         chx_plugin** plugin,
                         chx_device_api* out) {
    (void)options;
    (void)n_options;
    host = host_api;
    *plugin = &the_plugin;
    out->device_count = device_count;
    out->device_open = device_open;
    out->device_close = device_close;
    out->device_info = device_info;
    out->alloc = device_alloc;
    out->free = device_free;
    out->copy = device_copy;
    out->sync = device_sync;
#ifdef WITH_STREAMS
    offer_streams(out);
#endif
#if defined(WITH_KERNEL) || defined(WITH_PROGRAM)
    out->kernels = kernels;
    out->n_kernels = 1;
#endif
#ifdef WITH_CAPTURE
    out->get_extension = capture_extension;
#endif
    IN_CREATE(host_api, out);
    return CHX_OK;
}

static chx_status destroy(chx_plugin* plugin) {
    (void)plugin;
    IN_DESTROY;
    return CHX_OK;
}

static const chx_plugin_desc desc = {
    .struct_size = sizeof(chx_plugin_desc),
    .magic = CHX_MAGIC,
    .abi_major = CHX_ABI_MAJOR,
    .abi_minor = CHX_ABI_MINOR,
    .abi_minor_required = CHX_ABI_MINOR,
    .layout_hash = CHX_ABI_LAYOUT_HASH,
    .name = "flawless",
    .version = "1.0.0",
    .vendor = VENDOR,
    .build_info = "one thing is wrong",
    .create = create,
    .destroy = destroy,
    .after_fork_child = AFTER_FORK_CHILD,
    .option_defs = OPTION_DEFS,
    .n_option_defs = N_OPTION_DEFS,
};

CHX_PLUGIN_QUERY(flawless) {
    (void)host_minor;
    IN_QUERY;
    return SERVES_MAJOR(host_major) ? &desc : NULL;
}

#endif
