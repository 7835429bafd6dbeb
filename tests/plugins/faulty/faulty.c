/* faulty: a device whose streams are run by a worker thread each, and that fails when and how its options say. A count is
 * 1 for the first call of that kind since the plugin was loaded; 0, the default, is never. */
#define _POSIX_C_SOURCE 200809L /* posix_memalign, nanosleep */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <chx/chx_plugin.h>

enum { MOST_WORK = 256, DEVICES = 2 };

/* Options. */
static struct {
    long oom_at, oom_from, free_fails_at, copy_fails_at, sync_fails_at, kernel_fails_at;
    long late_error_at;  /* the kernel reports success; its stream fails afterwards */
    long lost_at;        /* the kernel loses the device */
    long stall_at;       /* what is enqueued by this kernel never completes */
    long query_fails_at; /* event_query and stream_query */
    long wrong_size;     /* device_info reports this struct_size */
    long silent;         /* failing calls give no text */
    long code;           /* of failing calls; default CHX_E_INTERNAL */
    long memory;         /* bytes that all allocations together may have */
    long host;           /* 1: host memory, no streams; needed by the following */
    long writes_element; /* the kernel writes that element of its output as well */
    long writes_input;   /* the kernel writes its first input */
    long misaligned;     /* alloc returns memory so many bytes further on */
    long opens_ms;       /* device_open takes so long */
} faults;

static const struct {
    const char* name;
    long* value;
} known[] = {
    {"oom_at", &faults.oom_at},
    {"oom_from", &faults.oom_from},
    {"free_fails_at", &faults.free_fails_at},
    {"copy_fails_at", &faults.copy_fails_at},
    {"sync_fails_at", &faults.sync_fails_at},
    {"kernel_fails_at", &faults.kernel_fails_at},
    {"late_error_at", &faults.late_error_at},
    {"lost_at", &faults.lost_at},
    {"stall_at", &faults.stall_at},
    {"query_fails_at", &faults.query_fails_at},
    {"wrong_size", &faults.wrong_size},
    {"silent", &faults.silent},
    {"code", &faults.code},
    {"memory", &faults.memory},
    {"host", &faults.host},
    {"writes_element", &faults.writes_element},
    {"writes_input", &faults.writes_input},
    {"misaligned", &faults.misaligned},
    {"opens_ms", &faults.opens_ms},
};
enum { KNOWN = sizeof known / sizeof known[0] };

static const chx_host_api* host;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static long allocs, frees, copies, syncs, kernels, queries;
static uint64_t bytes_in_use;
static int is_ending;

struct chx_plugin {
    int32_t unused;
};
struct chx_device {
    int32_t index;
    int is_lost;
};
static struct chx_plugin the_plugin;
static struct chx_device devices[DEVICES] = {{0, 0}, {1, 0}};

/* One piece of work: an addition, or nothing that never ends. */
struct work {
    int is_stall, is_late_error;
    const float *a, *b;
    float* out;
    int64_t n;
};

struct chx_stream {
    chx_device* device;
    pthread_t worker;
    struct work work[MOST_WORK];
    uint64_t begun, done; /* work items enqueued and completed */
    int is_closing, is_stalled;
    chx_status failed; /* sticky */
};

struct chx_event {
    chx_stream* stream;
    uint64_t at;
};

static chx_status fail(const char* text) {
    const chx_status code = faults.code != 0 ? (chx_status)faults.code : CHX_E_INTERNAL;
    return faults.silent ? code : host->set_error(code, text);
}

/* Counts a call; whether it is the one to fail. */
static int is_now(long* count, long at) {
    pthread_mutex_lock(&mutex);
    const int is_it = ++*count == at;
    pthread_mutex_unlock(&mutex);
    return is_it;
}

/* ---------------------------------------------------------------- streams */

static void* serve(void* argument) {
    chx_stream* stream = argument;
    pthread_mutex_lock(&mutex);
    for (;;) {
        while (!stream->is_closing && !is_ending &&
               (stream->begun == stream->done || stream->is_stalled)) {
            pthread_cond_wait(&changed, &mutex);
        }
        if (stream->is_closing || is_ending) break;
        struct work work = stream->work[stream->done % MOST_WORK];
        if (work.is_stall) {
            stream->is_stalled = 1;
            pthread_cond_broadcast(&changed);
            continue;
        }
        pthread_mutex_unlock(&mutex);
        nanosleep(&(struct timespec){0, 2000000}, NULL);
        for (int64_t i = 0; i < work.n && !work.is_late_error; ++i)
            work.out[i] = work.a[i] + work.b[i];
        pthread_mutex_lock(&mutex);
        if (work.is_late_error)
            stream->failed = faults.code != 0 ? (chx_status)faults.code : CHX_E_INTERNAL;
        ++stream->done;
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&mutex);
    return NULL;
}

static chx_stream* default_streams[DEVICES];

static chx_status make_stream(chx_device* device, chx_stream** out) {
    chx_stream* stream = calloc(1, sizeof *stream);
    stream->device = device;
    if (pthread_create(&stream->worker, NULL, serve, stream) != 0) {
        free(stream);
        return fail("faulty: no thread for a stream");
    }
    *out = stream;
    return CHX_OK;
}

static chx_stream* actual(chx_device* device, chx_stream* stream) {
    return stream != NULL ? stream : default_streams[device->index];
}

static chx_status state_of_stream(chx_stream* stream) {
    if (stream->failed == CHX_OK) return CHX_OK;
    return faults.silent
               ? stream->failed
               : host->set_error(stream->failed, "faulty: a kernel failed after its launch");
}

static chx_status wait_for(chx_stream* stream, uint64_t at) {
    pthread_mutex_lock(&mutex);
    while (stream->done < at && !is_ending) pthread_cond_wait(&changed, &mutex);
    const chx_status status = state_of_stream(stream);
    pthread_mutex_unlock(&mutex);
    return status;
}

static chx_status stream_create(chx_device* device, uint32_t flags, chx_stream** out) {
    (void)flags;
    return make_stream(device, out);
}

static chx_status stream_destroy(chx_stream* stream) {
    pthread_mutex_lock(&mutex);
    stream->is_closing = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    pthread_join(stream->worker, NULL);
    free(stream);
    return CHX_OK;
}

static chx_status is_done(chx_stream* stream, uint64_t at, int32_t* done) {
    const int fails = is_now(&queries, faults.query_fails_at);
    pthread_mutex_lock(&mutex);
    *done = stream->done >= at;
    const chx_status status = fails ? fail("faulty: asking fails") : state_of_stream(stream);
    pthread_mutex_unlock(&mutex);
    return status;
}

static chx_status stream_query(chx_stream* stream, int32_t* done) {
    return is_done(stream, stream->begun, done);
}

static chx_status stream_wrap_native(chx_device* device, void* native, chx_stream** out) {
    (void)device;
    (void)native;
    (void)out;
    return fail("faulty: there are no native streams");
}

static chx_status stream_native(chx_stream* stream, void** native) {
    *native = stream;
    return CHX_OK;
}

static chx_status event_create(chx_device* device, uint32_t flags, chx_event** out) {
    (void)flags;
    *out = calloc(1, sizeof **out);
    (*out)->stream = default_streams[device->index];
    return CHX_OK;
}

static chx_status event_destroy(chx_event* event) {
    free(event);
    return CHX_OK;
}

static chx_status event_record(chx_event* event, chx_stream* stream) {
    pthread_mutex_lock(&mutex);
    if (stream != NULL) event->stream = stream;
    event->at = event->stream->begun;
    pthread_mutex_unlock(&mutex);
    return CHX_OK;
}

static chx_status stream_wait_event(chx_stream* stream, chx_event* event) {
    (void)stream; /* so small a device waits on the spot */
    return wait_for(event->stream, event->at);
}

static chx_status event_query(chx_event* event, int32_t* done) {
    return is_done(event->stream, event->at, done);
}

static chx_status event_sync(chx_event* event) { return wait_for(event->stream, event->at); }

static chx_status event_elapsed_ns(chx_event* start, chx_event* end, uint64_t* ns) {
    (void)start;
    (void)end;
    *ns = 1;
    return CHX_OK;
}

/* ---------------------------------------------------------------- the device */

static chx_status device_count(chx_plugin* plugin, int32_t* count) {
    (void)plugin;
    *count = DEVICES;
    return CHX_OK;
}

static chx_status device_open(chx_plugin* plugin, int32_t index, chx_device** out) {
    (void)plugin;
    const struct timespec time = {faults.opens_ms / 1000, faults.opens_ms % 1000 * 1000000};
    nanosleep(&time, NULL);
    *out = &devices[index];
    return make_stream(*out, &default_streams[index]);
}

static chx_status device_close(chx_device* device) {
    return stream_destroy(default_streams[device->index]);
}

static chx_status device_info(chx_device* device, chx_device_info* out) {
    out->dl_device_type = 12;
    snprintf(out->name, sizeof out->name, "faulty %d", (int)device->index);
    snprintf(out->memory_kind, sizeof out->memory_kind, "faulty");
    out->alignment = 64;
    out->host_accessible_kinds = faults.host ? 1u << CHX_MEM_DEVICE : 0;
    if (faults.wrong_size != 0) out->struct_size = (uint32_t)faults.wrong_size;
    return CHX_OK;
}

static chx_status check_lost(chx_device* device) {
    return __atomic_load_n(&device->is_lost, __ATOMIC_ACQUIRE)
               ? host->set_error(CHX_E_DEVICE_LOST, "faulty: the device is lost")
               : CHX_OK;
}

/* The size is kept in front of each block. */
enum { HEAD = 4096 };

static chx_status device_alloc(chx_device* device,
                               uint64_t bytes,
                               uint64_t align,
                               int32_t kind,
                               chx_stream* stream,
                               chx_memref* out) {
    (void)align;
    (void)stream;
    if (check_lost(device) != CHX_OK) return CHX_E_DEVICE_LOST;
    pthread_mutex_lock(&mutex);
    ++allocs;
    const int is_full = allocs == faults.oom_at ||
                        (faults.oom_from != 0 && allocs >= faults.oom_from) ||
                        (faults.memory != 0 && bytes_in_use + bytes > (uint64_t)faults.memory);
    if (!is_full) bytes_in_use += bytes;
    pthread_mutex_unlock(&mutex);
    void* block = NULL;
    if (is_full || posix_memalign(&block, HEAD, HEAD + bytes) != 0) {
        return host->set_error(CHX_E_OOM, "faulty: no memory left");
    }
    memcpy(block, &bytes, sizeof bytes);
    out->base = (char*)block + HEAD;
    out->offset = (uint64_t)faults.misaligned;
    out->kind = kind;
    return CHX_OK;
}

static chx_status device_free(chx_device* device, const chx_memref* memory, chx_stream* stream) {
    const int fails = is_now(&frees, faults.free_fails_at);
    stream = actual(device, stream);
    char* block = (char*)memory->base - HEAD;
    uint64_t bytes;
    memcpy(&bytes, block, sizeof bytes);
    pthread_mutex_lock(&mutex);
    /* Work behind a stall never touches its memory. */
    while (stream->begun != stream->done && !stream->is_stalled && !is_ending)
        pthread_cond_wait(&changed, &mutex);
    bytes_in_use -= bytes;
    pthread_mutex_unlock(&mutex);
    free(block);
    return fails ? fail("faulty: free fails") : CHX_OK;
}

static chx_status device_copy(chx_device* device,
                              const chx_memref* dst,
                              const chx_memref* src,
                              uint64_t bytes,
                              chx_stream* stream) {
    if (check_lost(device) != CHX_OK) return CHX_E_DEVICE_LOST;
    stream = actual(device, stream);
    const chx_status status = wait_for(stream, stream->begun);
    if (status != CHX_OK) return status;
    if (is_now(&copies, faults.copy_fails_at)) return fail("faulty: copy fails");
    memcpy((char*)dst->base + dst->offset, (const char*)src->base + src->offset, bytes);
    return CHX_OK;
}

static chx_status device_sync(chx_device* device, chx_stream* stream) {
    if (check_lost(device) != CHX_OK) return CHX_E_DEVICE_LOST;
    if (is_now(&syncs, faults.sync_fails_at)) return fail("faulty: sync fails");
    stream = actual(device, stream);
    return wait_for(stream, stream->begun);
}

static chx_status add_on_host(const chx_launch* launch) {
    float* a = (float*)((char*)launch->in[0]->data + launch->in[0]->byte_offset);
    const float* b = (const float*)((const char*)launch->in[1]->data + launch->in[1]->byte_offset);
    float* out = (float*)((char*)launch->out[0]->data + launch->out[0]->byte_offset);
    for (int64_t i = 0; i < launch->out[0]->numel; ++i) out[i] = a[i] + b[i];
    if (faults.writes_element != 0) out[faults.writes_element] = 77;
    if (faults.writes_input != 0) a[0] = 77;
    return is_now(&kernels, faults.kernel_fails_at) ? fail("faulty: the kernel fails") : CHX_OK;
}

static chx_status add(void* state, const chx_launch* launch) {
    (void)state;
    if (faults.host) return add_on_host(launch);
    if (check_lost(launch->device) != CHX_OK) return CHX_E_DEVICE_LOST;
    chx_stream* stream = actual(launch->device, launch->stream);
    pthread_mutex_lock(&mutex);
    ++kernels;
    chx_status status = CHX_OK;
    if (kernels == faults.lost_at) {
        __atomic_store_n(&launch->device->is_lost, 1, __ATOMIC_RELEASE);
        status = host->set_error(CHX_E_DEVICE_LOST, "faulty: the device has just been lost");
    } else if (kernels == faults.kernel_fails_at) {
        status = fail("faulty: the kernel fails");
    } else if (stream->begun - stream->done == MOST_WORK) {
        status = fail("faulty: too much work in a stream");
    } else {
        const chx_tensor *a = launch->in[0], *b = launch->in[1];
        chx_tensor* out = launch->out[0];
        stream->work[stream->begun % MOST_WORK] =
            (struct work){kernels == faults.stall_at,
                          kernels == faults.late_error_at,
                          (const float*)((const char*)a->data + a->byte_offset),
                          (const float*)((const char*)b->data + b->byte_offset),
                          (float*)((char*)out->data + out->byte_offset),
                          out->numel};
        ++stream->begun;
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&mutex);
    return status;
}

static const chx_kernel_def add_def = {
    .struct_size = sizeof(chx_kernel_def),
    .op_version = 1,
    .op = "chx.add",
    .dtypes = "f32",
    .fn = add,
};
static const chx_kernel_def* const kernel_defs[] = {&add_def};

/* ---------------------------------------------------------------- the plugin */

static chx_status create(const chx_host_api* host_api,
                         const chx_option* const* options,
                         uint32_t n_options,
                         chx_plugin** plugin,
                         chx_device_api* out) {
    host = host_api;
    for (uint32_t i = 0; i < n_options; ++i) {
        for (int j = 0; j < KNOWN; ++j) {
            if (strcmp(options[i]->name, known[j].name) == 0)
                *known[j].value = atol(options[i]->value);
        }
    }
    *plugin = &the_plugin;
    out->n_kernels = 1;
    out->kernels = kernel_defs;
    out->device_count = device_count;
    out->device_open = device_open;
    out->device_close = device_close;
    out->device_info = device_info;
    out->alloc = device_alloc;
    out->free = device_free;
    out->copy = device_copy;
    out->sync = device_sync;
    if (faults.host) return CHX_OK;
    out->stream_create = stream_create;
    out->stream_destroy = stream_destroy;
    out->stream_query = stream_query;
    out->stream_wrap_native = stream_wrap_native;
    out->stream_native = stream_native;
    out->event_create = event_create;
    out->event_destroy = event_destroy;
    out->event_record = event_record;
    out->stream_wait_event = stream_wait_event;
    out->event_query = event_query;
    out->event_sync = event_sync;
    out->event_elapsed_ns = event_elapsed_ns;
    return CHX_OK;
}

static void prepare_exit(chx_plugin* plugin) {
    (void)plugin;
    pthread_mutex_lock(&mutex);
    is_ending = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < DEVICES; ++i) {
        if (default_streams[i] != NULL) pthread_join(default_streams[i]->worker, NULL);
    }
}

#define OPTION(name) {#name, "0", "see faulty.c"}
static const chx_option_def options[KNOWN] = {
    OPTION(oom_at),        OPTION(oom_from),        OPTION(free_fails_at), OPTION(copy_fails_at),
    OPTION(sync_fails_at), OPTION(kernel_fails_at), OPTION(late_error_at), OPTION(lost_at),
    OPTION(stall_at),      OPTION(query_fails_at),  OPTION(wrong_size),    OPTION(silent),
    OPTION(code),          OPTION(memory),          OPTION(host),          OPTION(writes_element),
    OPTION(writes_input),  OPTION(misaligned),      OPTION(opens_ms),
};
static const chx_option_def* const option_defs[KNOWN] = {
    &options[0],  &options[1],  &options[2],  &options[3],  &options[4],
    &options[5],  &options[6],  &options[7],  &options[8],  &options[9],
    &options[10], &options[11], &options[12], &options[13], &options[14],
    &options[15], &options[16], &options[17], &options[18],
};

static const chx_plugin_desc desc = {
    .struct_size = sizeof(chx_plugin_desc),
    .magic = CHX_MAGIC,
    .abi_major = CHX_ABI_MAJOR,
    .abi_minor = CHX_ABI_MINOR,
    .layout_hash = CHX_ABI_LAYOUT_HASH,
    .name = "faulty",
    .version = "1.0.0",
    .vendor = "ChainerX tests",
    .build_info = "fails on request",
    .create = create,
    .prepare_exit = prepare_exit,
    .option_defs = option_defs,
    .n_option_defs = KNOWN,
};

CHX_PLUGIN_QUERY(faulty) {
    (void)host_minor;
    return host_major == CHX_ABI_MAJOR ? &desc : NULL;
}
