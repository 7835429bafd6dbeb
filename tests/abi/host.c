/* A small host, compiled against every header of the ABI that is kept: loads a plugin of any other header, opens its
 * device, moves bytes there and back and adds two arrays if it has a kernel for that. Whatever it passes ends where its own
 * header ends and is followed by poison, so that a plugin that reads or writes further is caught.
 * Usage: host PLUGIN.so */
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chx/ops/arithmetic.h"

#define POISON 0xA5
#define POISON_BYTES 256
/* A struct of the ABI and what lies behind it. */
#define POISONED(type)                      \
    struct {                                \
        type value;                         \
        unsigned char behind[POISON_BYTES]; \
    }

static void fail(const char* what) {
    fprintf(stderr, "FAILED: %s\n", what);
    exit(1);
}
static void expect(int condition, const char* what) {
    if (!condition) fail(what);
}
static void check_poison(const unsigned char* behind, const char* what) {
    for (int i = 0; i < POISON_BYTES; ++i) expect(behind[i] == POISON, what);
}

static char last_text[512];

static void host_log(int32_t level, const char* component, const char* text) {
    fprintf(stderr, "[%d] %s: %s\n", (int)level, component, text);
}
static chx_status host_set_error(chx_status code, const char* text) {
    snprintf(last_text, sizeof last_text, "%s", text);
    return code;
}
static void* host_alloc(uint64_t bytes, uint64_t align) {
    void* block = NULL;
    return posix_memalign(&block, align < 64 ? 64 : align, bytes) == 0 ? block : NULL;
}
static chx_status host_parallel_for(int64_t n, int64_t grain, chx_range_fn fn, void* context) {
    (void)grain;
    return n > 0 ? fn(0, n, 0, context) : CHX_OK;
}
static int32_t host_max_workers(void) { return 1; }
static chx_status host_scratch(const chx_launch* launch,
                               uint64_t bytes,
                               uint64_t align,
                               chx_memref* out) {
    (void)launch, (void)bytes, (void)align, (void)out;
    return host_set_error(CHX_E_UNIMPLEMENTED, "this host has no scratch memory");
}
static chx_status host_cache_get(const chx_launch* launch,
                                 const chx_tensor* tensor,
                                 const void* key,
                                 uint64_t key_bytes,
                                 void** blob) {
    (void)launch, (void)tensor, (void)key, (void)key_bytes;
    *blob = NULL;
    return CHX_OK;
}
static chx_status host_cache_put(const chx_launch* launch,
                                 const chx_tensor* tensor,
                                 const void* key,
                                 uint64_t key_bytes,
                                 void* blob,
                                 uint64_t blob_bytes,
                                 void (*destroy)(void*)) {
    (void)launch, (void)tensor, (void)key, (void)key_bytes, (void)blob_bytes;
    destroy(blob);
    return CHX_E_UNIMPLEMENTED;
}
static const void* host_get_extension(const char* name, uint32_t min_version) {
    (void)name, (void)min_version;
    return NULL;
}

static const int32_t log_level = 3;
static POISONED(chx_host_api) host;
static POISONED(chx_device_api) api;

static void fill_host(uint32_t plugin_minor) {
    memset(&host, 0, sizeof host);
    memset(host.behind, POISON, POISON_BYTES);
    host.value.struct_size = sizeof(chx_host_api);
    host.value.abi_minor = plugin_minor < CHX_ABI_MINOR ? plugin_minor : CHX_ABI_MINOR;
    host.value.log_level = &log_level;
    host.value.log = host_log;
    host.value.set_error = host_set_error;
    host.value.host_alloc = host_alloc;
    host.value.host_free = free;
    host.value.parallel_for = host_parallel_for;
    host.value.max_workers = host_max_workers;
    host.value.scratch = host_scratch;
    host.value.storage_cache_get = host_cache_get;
    host.value.storage_cache_put = host_cache_put;
    host.value.get_extension = host_get_extension;
}

static void check(chx_status status, const char* what) {
    if (status == CHX_OK) return;
    fprintf(stderr, "FAILED: %s: status %d, %s\n", what, (int)status, last_text);
    exit(1);
}

static chx_memref device_block(chx_device* device, uint64_t bytes) {
    chx_memref block = {0};
    check(api.value.alloc(device, bytes, 64, CHX_MEM_DEVICE, NULL, &block), "alloc");
    return block;
}

static chx_memref of_host(void* data) {
    chx_memref memory = {data, 0, CHX_MEM_HOST, 0};
    return memory;
}

static chx_tensor tensor_of(chx_memref block,
                            int32_t dl_device_type,
                            const int64_t* shape,
                            const int64_t* stride) {
    chx_tensor tensor;
    memset(&tensor, 0, sizeof tensor);
    tensor.data = block.base;
    tensor.byte_offset = block.offset;
    tensor.device.device_type = dl_device_type;
    tensor.ndim = 1;
    tensor.dtype.code = CHX_DT_FLOAT;
    tensor.dtype.bits = 32;
    tensor.dtype.lanes = 1;
    tensor.shape = shape;
    tensor.strides = stride;
    tensor.flags = CHX_T_CONTIGUOUS;
    tensor.numel = shape[0];
    return tensor;
}

/* The kernel for chx.add of float32, or NULL. The plugin's definition may be shorter or longer than ours. */
static const chx_kernel_def* find_add(void) {
    for (uint32_t i = 0; i < api.value.n_kernels; ++i) {
        const chx_kernel_def* def = api.value.kernels[i];
        expect(def->struct_size >= offsetof(chx_kernel_def, supports),
               "a kernel definition has a size");
        if (strcmp(def->op, CHX_OP_ADD) == 0 && strstr(def->dtypes, "f32") != NULL) return def;
    }
    return NULL;
}

static void run_add(chx_device* device, int32_t dl_device_type) {
    enum { N = 1000 };
    static float a[N], b[N], sum[N];
    const int64_t shape = N, stride = 1;
    chx_memref blocks[3];
    chx_tensor tensors[3];
    for (int i = 0; i < N; ++i) a[i] = (float)i, b[i] = 0.5f;
    for (int i = 0; i < 3; ++i) {
        blocks[i] = device_block(device, sizeof a);
        tensors[i] = tensor_of(blocks[i], dl_device_type, &shape, &stride);
    }
    chx_memref from_a = of_host(a), from_b = of_host(b), to_sum = of_host(sum);
    check(api.value.copy(device, &blocks[0], &from_a, sizeof a, NULL), "copy to the device");
    check(api.value.copy(device, &blocks[1], &from_b, sizeof b, NULL), "copy to the device");

    const chx_kernel_def* add = find_add();
    float expected_at_7 = 7.0f;
    if (add != NULL) {
        const chx_tensor* in[2] = {&tensors[0], &tensors[1]};
        chx_tensor* out[1] = {&tensors[2]};
        POISONED(chx_launch) launch;
        memset(&launch, POISON, sizeof launch);
        memset(&launch.value, 0, sizeof launch.value);
        launch.value.struct_size = sizeof(chx_launch);
        launch.value.n_in = 2;
        launch.value.n_out = 1;
        launch.value.in = in;
        launch.value.out = out;
        launch.value.device = device;
        check(add->fn(add->state, &launch.value), "chx.add");
        check_poison(launch.behind, "the kernel wrote behind the launch record");
        check(api.value.sync(device, NULL), "sync");
        expected_at_7 = 7.5f;
    }
    check(api.value.copy(device, &to_sum, add != NULL ? &blocks[2] : &blocks[0], sizeof sum, NULL),
          "copy to the host");
    expect(sum[7] == expected_at_7 && sum[N - 1] == expected_at_7 - 7 + N - 1,
           "the bytes are those that went there");
    for (int i = 0; i < 3; ++i) check(api.value.free(device, &blocks[i], NULL), "free");
    printf("%s\n", add != NULL ? "chx.add runs" : "no kernel for chx.add");
}

static void run_device(chx_plugin* plugin) {
    int32_t count = -1;
    check(api.value.device_count(plugin, &count), "device_count");
    expect(count > 0, "there is a device");
    chx_device* device = NULL;
    check(api.value.device_open(plugin, 0, &device), "device_open");
    POISONED(chx_device_info) info;
    memset(&info, POISON, sizeof info);
    memset(&info.value, 0, sizeof info.value);
    info.value.struct_size = sizeof(chx_device_info);
    check(api.value.device_info(device, &info.value), "device_info");
    check_poison(info.behind, "device_info wrote further than this host's struct goes");
    expect(info.value.alignment >= 64 && memchr(info.value.name, 0, sizeof info.value.name) != NULL,
           "the info is sane");
    run_add(device, info.value.dl_device_type);
    check(api.value.device_close(device), "device_close");
}

int main(int argc, char** argv) {
    expect(argc == 2, "usage: host PLUGIN.so");
    void* library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) fail(dlerror());
    chx_plugin_query_fn query;
    *(void**)&query = dlsym(library, CHX_PLUGIN_QUERY_SYMBOL);
    expect(query != NULL, "the query is exported");

    const chx_plugin_desc* desc = query(CHX_ABI_MAJOR, CHX_ABI_MINOR);
    expect(desc != NULL, "the plugin serves this host");
    expect(desc->magic == CHX_MAGIC && desc->abi_major == CHX_ABI_MAJOR,
           "it is a plugin of this major");
    expect(desc->layout_hash == CHX_ABI_LAYOUT_HASH, "it belongs to this series of headers");
    expect(desc->abi_minor_required <= CHX_ABI_MINOR, "it can do with this host's minor");

    fill_host(desc->abi_minor);
    memset(&api, 0, sizeof api);
    memset(api.behind, POISON, POISON_BYTES);
    api.value.struct_size = sizeof(chx_device_api);
    chx_plugin* plugin = NULL;
    check(desc->create(&host.value, NULL, 0, &plugin, &api.value), "create");
    check_poison(api.behind, "create wrote further than this host's table goes");
    if (desc->kernels_for == NULL) run_device(plugin);
    check_poison(host.behind, "the plugin wrote behind the host's table");
    if (desc->destroy != NULL) check(desc->destroy(plugin), "destroy");
    printf("%s %s (ABI %u.%u) runs on a host of ABI %u.%u\n",
           desc->name,
           desc->version,
           (unsigned)desc->abi_major,
           (unsigned)desc->abi_minor,
           CHX_ABI_MAJOR,
           CHX_ABI_MINOR);
    return 0;
}
