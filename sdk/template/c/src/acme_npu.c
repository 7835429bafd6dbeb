/* acme_npu: a whole device in plain C: memory, copies and one kernel. Every other op runs too, by decomposition or on
 * the host. Replace malloc and memcpy by your driver's calls, then add kernels one by one to kernel_list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <chx/ops/arithmetic.h>

struct chx_device {
    int32_t index;
};

static const chx_host_api* host;
static chx_device the_device;

/* ---------------------------------------------------------------- tier 0: eight functions make a device */

static chx_status device_count(chx_plugin* plugin, int32_t* count) {
    (void)plugin;
    *count = 1; /* 0 if the driver finds none */
    return CHX_OK;
}

static chx_status device_open(chx_plugin* plugin, int32_t index, chx_device** device) {
    (void)plugin;
    if (index != 0) return host->set_error(CHX_E_INVALID, "acme_npu: no such device; there is only index 0");
    *device = &the_device;
    return CHX_OK;
}

static chx_status device_close(chx_device* device) {
    (void)device;
    return CHX_OK;
}

static chx_status device_info(chx_device* device, chx_device_info* info) {
    info->dl_device_type = 12; /* kDLExtDev: no code of its own in DLPack */
    snprintf(info->name, sizeof info->name, "Acme NPU %d", (int)device->index);
    snprintf(info->memory_kind, sizeof info->memory_kind, "acme_npu");
    info->alignment = 64;
    return CHX_OK;
}

static chx_status device_alloc(chx_device* device, uint64_t bytes, uint64_t align, int32_t kind, chx_stream* stream,
                               chx_memref* memory) {
    (void)device, (void)stream;
    if (kind != CHX_MEM_DEVICE) return host->set_error(CHX_E_INVALID, "acme_npu: no such kind of memory; there is 0");
    if (bytes > UINT64_MAX - align) return host->set_error(CHX_E_OOM, "acme_npu: more bytes than there can be");
    memory->base = aligned_alloc(align, (bytes + align - 1) / align * align);
    memory->offset = 0;
    memory->kind = kind;
    return memory->base != NULL ? CHX_OK : host->set_error(CHX_E_OOM, "acme_npu: out of memory");
}

static chx_status device_free(chx_device* device, const chx_memref* memory, chx_stream* stream) {
    (void)device, (void)stream;
    free(memory->base);
    return CHX_OK;
}

static chx_status device_copy(chx_device* device, const chx_memref* to, const chx_memref* from, uint64_t bytes,
                              chx_stream* stream) {
    (void)device, (void)stream;
    memcpy((char*)to->base + to->offset, (const char*)from->base + from->offset, bytes);
    return CHX_OK;
}

static chx_status device_sync(chx_device* device, chx_stream* stream) {
    (void)device, (void)stream;
    return CHX_OK;
}

/* ---------------------------------------------------------------- kernels: one entry each */

static float* floats(const chx_tensor* tensor) { return (float*)((char*)tensor->data + tensor->byte_offset); }

/* Without CHX_K_STRIDED_* all operands arrive contiguous and of the result's shape. */
static chx_status add(void* state, const chx_launch* launch) {
    (void)state;
    const float *a = floats(launch->in[0]), *b = floats(launch->in[1]);
    float* sum = floats(launch->out[0]);
    for (int64_t i = 0; i < launch->out[0]->numel; ++i) sum[i] = a[i] + b[i];
    return CHX_OK;
}

static const chx_kernel_def add_kernel = {
    .struct_size = sizeof(chx_kernel_def),
    .op = CHX_OP_ADD,
    .op_version = CHX_OP_ADD_VERSION,
    .dtypes = "f32",
    .caps = CHX_K_INPLACE_OK | CHX_K_DETERMINISTIC,
    .fn = add,
};
static const chx_kernel_def* const kernel_list[] = {&add_kernel};

/* ---------------------------------------------------------------- the plugin and its one exported symbol */

static chx_status create(const chx_host_api* host_api, const chx_option* const* options, uint32_t n_options,
                         chx_plugin** plugin, chx_device_api* api) {
    (void)options, (void)n_options;
    host = host_api;
    *plugin = NULL; /* this plugin keeps no state */
    api->kernels = kernel_list;
    api->n_kernels = sizeof kernel_list / sizeof *kernel_list;
    api->device_count = device_count;
    api->device_open = device_open;
    api->device_close = device_close;
    api->device_info = device_info;
    api->alloc = device_alloc;
    api->free = device_free;
    api->copy = device_copy;
    api->sync = device_sync;
    return CHX_OK;
}

static chx_status destroy(chx_plugin* plugin) {
    (void)plugin;
    return CHX_OK;
}

static const chx_plugin_desc description = {
    .struct_size = sizeof(chx_plugin_desc),
    .magic = CHX_MAGIC,
    .abi_major = CHX_ABI_MAJOR,
    .abi_minor = CHX_ABI_MINOR,
    .abi_minor_required = 1, /* nothing newer than ABI 0.1 is used */
    .layout_hash = CHX_ABI_LAYOUT_HASH,
    .name = "acme_npu",
    .version = "0.1.0",
    .vendor = "Acme",
    .build_info = "C",
    .create = create,
    .destroy = destroy,
};

CHX_PLUGIN_QUERY(acme_npu) {
    (void)host_minor;
    return host_major == CHX_ABI_MAJOR ? &description : NULL;
}
