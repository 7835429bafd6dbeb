/* Streams of the flawless device: a thread each, which works through a queue. */
#ifndef CHAINERX_TESTS_FLAWLESS_STREAMS_H
#define CHAINERX_TESTS_FLAWLESS_STREAMS_H

#include <pthread.h>
#include <time.h>

#ifndef ENQUEUE /* where a job goes: behind the last one */
#define ENQUEUE(stream, job) append(stream, job)
#endif
#ifndef RECORD_NOW /* what event_record does at once */
#define RECORD_NOW(event, generation)
#endif
#ifndef HOLDS /* whether a stream waits for an event */
#define HOLDS 1
#endif
#ifndef WAITS_FOR_HOST_COPY
#define WAITS_FOR_HOST_COPY 1
#endif
#ifndef NULL_STREAM_WAITS
#define NULL_STREAM_WAITS 1
#endif
#ifndef FREES_IN_ORDER
#define FREES_IN_ORDER 1
#endif
#ifndef WORKS_UNASKED /* else only while somebody waits */
#define WORKS_UNASKED 1
#endif
#ifndef EVENT_IS_DONE
#define EVENT_IS_DONE(event) ((event)->done == (event)->recorded)
#endif
#ifndef ELAPSED
#define ELAPSED(start, end) ((end)->ns - (start)->ns)
#endif
#ifndef GIVE_NATIVE
#define NO_NATIVE host->set_error(CHX_E_UNIMPLEMENTED, "flawless: streams are threads of its own")
#define GIVE_NATIVE(stream, native) return NO_NATIVE
#define WRAP_NATIVE(native, out) return NO_NATIVE
#endif
#ifndef IN_STREAM_DESTROY
#define IN_STREAM_DESTROY(stream) free(stream)
#endif

struct chx_event {
    uint64_t recorded, done; /* counts of records */
    uint64_t ns;
};

typedef struct job {
    void *to, *from; /* copies; frees `from` if `to` is NULL; neither: an event */
    uint64_t bytes;
    struct chx_event* event;
    uint64_t generation;
    int holds; /* waits for the event; else completes it */
    struct job* next;
} job;

struct chx_stream {
    pthread_t thread;
    job *first, *last;
    int is_busy, stops;
    struct chx_stream* next;
};

/* One lock for everything: plain and right. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct chx_stream* streams;
static int n_waiting;

static inline void append(chx_stream* stream, job* made) {
    if (stream->last != NULL) {
        stream->last->next = made;
    } else {
        stream->first = made;
    }
    stream->last = made;
}

static inline void prepend(chx_stream* stream, job* made) {
    made->next = stream->first;
    stream->first = made;
    if (stream->last == NULL) stream->last = made;
}

static void enqueue(chx_stream* stream, job todo) {
    job* made = malloc(sizeof *made);
    *made = todo;
    made->next = NULL;
    pthread_mutex_lock(&lock);
    ENQUEUE(stream, made);
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* With the lock held, but for the time that it copies. */
static void work(job* todo) {
    if (todo->event == NULL) {
        pthread_mutex_unlock(&lock);
        if (todo->to != NULL) {
            memcpy(todo->to, todo->from, todo->bytes);
        } else {
            free(todo->from);
        }
        pthread_mutex_lock(&lock);
    } else if (todo->holds) {
        while (todo->event->done < todo->generation) pthread_cond_wait(&changed, &lock);
    } else if (todo->event->done < todo->generation) {
        todo->event->done = todo->generation;
        todo->event->ns = now();
    }
}

static void* run(void* argument) {
    struct chx_stream* stream = argument;
    pthread_mutex_lock(&lock);
    for (;;) {
        while ((stream->first == NULL || !(WORKS_UNASKED || n_waiting > 0)) && !stream->stops)
            pthread_cond_wait(&changed, &lock);
        if (stream->first == NULL) break;
        job* todo = stream->first;
        stream->first = todo->next;
        if (stream->first == NULL) stream->last = NULL;
        stream->is_busy = 1;
        work(todo);
        stream->is_busy = 0;
        free(todo);
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

static void start_waiting(void) {
    pthread_mutex_lock(&lock);
    ++n_waiting;
    if (!WORKS_UNASKED) pthread_cond_broadcast(&changed);
}

static void stop_waiting(void) {
    --n_waiting;
    pthread_mutex_unlock(&lock);
}

static chx_status device_sync(chx_device* device, chx_stream* only) {
    (void)device;
    start_waiting();
    for (struct chx_stream* stream = streams; stream != NULL;) {
        if ((only == NULL || only == stream) && (stream->first != NULL || stream->is_busy)) {
            pthread_cond_wait(&changed, &lock);
            stream = streams;
        } else {
            stream = stream->next;
        }
    }
    stop_waiting();
    return CHX_OK;
}

static chx_status device_free(chx_device* device, const chx_memref* memory, chx_stream* stream) {
    if (stream != NULL && FREES_IN_ORDER) {
        job todo = {NULL, memory->base, 0, NULL, 0, 0, NULL};
        enqueue(stream, todo);
        return CHX_OK;
    }
    if (FREES_IN_ORDER) device_sync(device, NULL);
    FREE(memory->base);
    return CHX_OK;
}

static chx_status device_copy(chx_device* device,
                              const chx_memref* dst,
                              const chx_memref* src,
                              uint64_t bytes,
                              chx_stream* stream) {
    if (stream == NULL) {
        if (NULL_STREAM_WAITS) device_sync(device, NULL);
        COPY(place(dst), place(src), bytes);
        return CHX_OK;
    }
    int meets_host = dst->kind == CHX_MEM_HOST || src->kind == CHX_MEM_HOST;
    if (meets_host && !WAITS_FOR_HOST_COPY) {
        memcpy(place(dst), place(src), bytes);
        return CHX_OK;
    }
    job todo = {place(dst), place(src), bytes, NULL, 0, 0, NULL};
    enqueue(stream, todo);
    return meets_host ? device_sync(device, stream) : CHX_OK;
}

static chx_status stream_create(chx_device* device, uint32_t flags, chx_stream** out) {
    (void)device;
    (void)flags;
    *out = calloc(1, sizeof **out);
    pthread_create(&(*out)->thread, NULL, run, *out);
    pthread_mutex_lock(&lock);
    (*out)->next = streams;
    streams = *out;
    pthread_mutex_unlock(&lock);
    return CHX_OK;
}

static chx_status stream_destroy(chx_stream* stream) {
    pthread_mutex_lock(&lock);
    stream->stops = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    pthread_join(stream->thread, NULL);
    pthread_mutex_lock(&lock);
    struct chx_stream** link = &streams;
    while (*link != stream) link = &(*link)->next;
    *link = stream->next;
    pthread_mutex_unlock(&lock);
    IN_STREAM_DESTROY(stream);
    return CHX_OK;
}

static chx_status stream_query(chx_stream* stream, int32_t* done) {
    pthread_mutex_lock(&lock);
    *done = stream->first == NULL && !stream->is_busy;
    pthread_mutex_unlock(&lock);
    return CHX_OK;
}

static chx_status stream_wrap_native(chx_device* device, void* native, chx_stream** out) {
    (void)device;
    (void)native;
    (void)out;
    WRAP_NATIVE(native, out);
}

static chx_status stream_native(chx_stream* stream, void** native) {
    (void)stream;
    (void)native;
    GIVE_NATIVE(stream, native);
}

static chx_status event_create(chx_device* device, uint32_t flags, chx_event** out) {
    (void)device;
    (void)flags;
    *out = calloc(1, sizeof **out);
    return CHX_OK;
}

static chx_status event_destroy(chx_event* event) {
    free(event);
    return CHX_OK;
}

static chx_status event_record(chx_event* event, chx_stream* stream) {
    pthread_mutex_lock(&lock);
    uint64_t generation = ++event->recorded;
    RECORD_NOW(event, generation);
    pthread_mutex_unlock(&lock);
    job todo = {NULL, NULL, 0, event, generation, 0, NULL};
    enqueue(stream, todo);
    return CHX_OK;
}

static chx_status stream_wait_event(chx_stream* stream, chx_event* event) {
    pthread_mutex_lock(&lock);
    uint64_t generation = event->recorded;
    pthread_mutex_unlock(&lock);
    job todo = {NULL, NULL, 0, event, generation, 1, NULL};
    if (HOLDS) enqueue(stream, todo);
    return CHX_OK;
}

static chx_status event_query(chx_event* event, int32_t* done) {
    pthread_mutex_lock(&lock);
    *done = EVENT_IS_DONE(event);
    pthread_mutex_unlock(&lock);
    return CHX_OK;
}

static chx_status event_sync(chx_event* event) {
    start_waiting();
    while (event->done < event->recorded) pthread_cond_wait(&changed, &lock);
    stop_waiting();
    return CHX_OK;
}

static chx_status event_elapsed_ns(chx_event* start, chx_event* end, uint64_t* ns) {
    pthread_mutex_lock(&lock);
    *ns = ELAPSED(start, end);
    pthread_mutex_unlock(&lock);
    return CHX_OK;
}

static void offer_streams(chx_device_api* out) {
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
}

#endif
