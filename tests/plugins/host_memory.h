/* Memory functions of a device whose memory is the host's, for plugins of tests: each may change a part of them by a macro
 * that it defines before it includes this. */
#ifndef CHAINERX_TESTS_HOST_MEMORY_H
#define CHAINERX_TESTS_HOST_MEMORY_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <chx/chx_plugin.h>

#ifndef ALLOCATE /* sets an address, or NULL */
#define ALLOCATE(address, align, bytes) \
    if (posix_memalign(&(address), (align), (bytes)) != 0) (address) = NULL
#endif
#ifndef NO_MEMORY
#define NO_MEMORY(bytes) return host->set_error(CHX_E_OOM, "out of memory")
#endif
#ifndef HAS_KIND
#define HAS_KIND(kind) ((kind) == CHX_MEM_DEVICE)
#endif
#ifndef GIVEN_KIND /* what alloc says that it gave */
#define GIVEN_KIND(kind) (kind)
#endif
#ifndef IN_SYNC
#define IN_SYNC
#endif
#ifndef FREE
#define FREE(address) free(address)
#endif
#ifndef COPY
#define COPY(to, from, bytes) memcpy(to, from, bytes)
#endif
#ifndef PLACE
#define PLACE(memory) ((char*)(memory)->base + (memory)->offset)
#endif

static const chx_host_api* host;

static inline char* place(const chx_memref* memory) { return PLACE(memory); }

static chx_status device_alloc(chx_device* device,
                               uint64_t bytes,
                               uint64_t align,
                               int32_t kind,
                               chx_stream* stream,
                               chx_memref* out) {
    (void)device;
    (void)stream;
    if (!HAS_KIND(kind)) {
        return host->set_error(CHX_E_UNIMPLEMENTED, "there is memory of the device only");
    }
    void* address = NULL;
    ALLOCATE(address, align, bytes);
    if (address == NULL) NO_MEMORY(bytes);
    out->base = address;
    out->offset = 0;
    out->kind = GIVEN_KIND(kind);
    return CHX_OK;
}

#ifndef WITH_STREAMS /* which bring their own */
static chx_status device_free(chx_device* device, const chx_memref* memory, chx_stream* stream) {
    (void)device;
    (void)stream;
    FREE(memory->base);
    return CHX_OK;
}

static chx_status device_copy(chx_device* device,
                              const chx_memref* dst,
                              const chx_memref* src,
                              uint64_t bytes,
                              chx_stream* stream) {
    (void)device;
    (void)stream;
    COPY(place(dst), place(src), bytes);
    return CHX_OK;
}

static chx_status device_sync(chx_device* device, chx_stream* stream) {
    (void)device;
    (void)stream;
    IN_SYNC;
    return CHX_OK;
}
#endif

#endif
