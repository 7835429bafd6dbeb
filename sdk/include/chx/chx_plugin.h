/* chx_plugin.h - the C ABI between the ChainerX core and its plugins; the only contract between them.
 *
 * C99, self-contained. Every struct has natural alignment, no tail padding, no enum, bool, bit-field or size_t.
 * Rules that hold everywhere:
 *   - A struct that may grow starts with struct_size. Who fills the struct sets it to the size it knows; who reads it
 *     never reads beyond. Fields are only ever appended; a field never changes its meaning.
 *   - Arrays of structs are arrays of pointers, so that the structs may grow.
 *   - A function pointer that is NULL means "not offered". Only tier 0 of a device provider is mandatory.
 *   - Strings are UTF-8, zero-terminated and owned by whoever passes them; the receiver copies what it keeps.
 *   - No exception, no C++ type and no memory to be freed by the other side crosses the boundary.
 *   - Every function is thread-safe unless it says otherwise; the core never calls with a lock held.
 *
 * Until the freeze at 1.0 the ABI is version 0: host and plugin must have been built against the same layout, which
 * CHX_ABI_LAYOUT_HASH proves. See docs/plugin-abi.md for the reasons.
 */
#ifndef CHX_PLUGIN_H
#define CHX_PLUGIN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CHX_ABI_MAJOR 0u
#define CHX_ABI_MINOR 1u
/* FNV-1a of the layout dump (tests/abi); `python tools/abi_layout.py --write` renews it. Appending keeps it once a
 * header has been frozen under sdk/frozen/. */
#define CHX_ABI_LAYOUT_HASH 0xb5eda034b265a66dull
/* Most dimensions an array may have. */
#define CHX_MAX_NDIM 16

#if defined(_WIN32)
#define CHX_EXPORT __declspec(dllexport)
#define CHX_CALL __cdecl
#else
#define CHX_EXPORT __attribute__((visibility("default")))
#define CHX_CALL
#endif

/* ------------------------------------------------------------------------------------------------ status codes */

/* What every fallible function returns. Anything but CHX_OK should be preceded by host->set_error(code, text). */
typedef int32_t chx_status;
#define CHX_OK 0
#define CHX_E_UNIMPLEMENTED 1 /* not by this kernel or plugin: the core tries the next rung of the ladder */
#define CHX_E_INVALID 2       /* arguments the callee can't make sense of */
#define CHX_E_OOM 3           /* out of memory: the core trims its caches, retries once, then raises */
#define CHX_E_DEVICE_LOST 4   /* the device is unusable from now on */
#define CHX_E_INTERNAL 5      /* a defect of the plugin or of a library below it */
#define CHX_E_FORKED 6        /* the handle was made before fork() and does not live in the child */
#define CHX_E_ABI 7           /* host and plugin do not understand each other */
#define CHX_E_UNAVAILABLE 8   /* driver, library or hardware is missing; not a defect */

/* ------------------------------------------------------------------------------------------------ handles */

typedef struct chx_plugin chx_plugin;   /* the plugin's state; made by create, owned by the plugin */
typedef struct chx_device chx_device;   /* an opened device; owned by the plugin */
typedef struct chx_stream chx_stream;   /* an ordered queue of work; owned by the plugin */
typedef struct chx_event chx_event;     /* a point in a stream; owned by the plugin */
typedef struct chx_storage chx_storage; /* a block of array memory; owned by the core, opaque to plugins */

/* ------------------------------------------------------------------------------------------------ tensors */

/* DLPack's DLDevice. device_type uses DLPack's codes (kDLCPU 1, kDLCUDA 2, ... kDLExtDev 12). */
typedef struct chx_dldevice {
    int32_t device_type, device_id;
} chx_dldevice;

/* DLPack's DLDataType. code: CHX_DT_*; bits: of one lane; lanes: always 1 for arrays of the core. */
typedef struct chx_dtype {
    uint8_t code, bits;
    uint16_t lanes;
} chx_dtype;
#define CHX_DT_INT 0u
#define CHX_DT_UINT 1u
#define CHX_DT_FLOAT 2u
#define CHX_DT_BFLOAT 4u
#define CHX_DT_COMPLEX 5u
#define CHX_DT_BOOL 6u

/* chx_tensor.flags */
#define CHX_T_CONTIGUOUS 1u  /* row-major without gaps */
#define CHX_T_READONLY 2u    /* must not be written */
#define CHX_T_HOST_SCALAR 4u /* ndim 0, data in host memory valid for the call only, already of the dispatch dtype */
#define CHX_T_OPAQUE 8u      /* bytes private to the provider, handed from a forward kernel to its backward */

/* A view of memory, valid for the duration of a call. The first 48 bytes are DLPack's DLTensor. */
typedef struct chx_tensor {
    void *data;             /* base of the allocation: a pointer or a device handle; elements start at byte_offset */
    chx_dldevice device;    /* where data lives; {1, 0} for CHX_T_HOST_SCALAR */
    int32_t ndim;           /* 0 .. CHX_MAX_NDIM */
    chx_dtype dtype;        /* element type */
    const int64_t *shape;   /* ndim extents, each >= 0; never NULL if ndim > 0 */
    const int64_t *strides; /* ndim strides in elements, may be 0 or negative; never NULL if ndim > 0 */
    uint64_t byte_offset;   /* from data to the element with index (0, ..., 0) */
    uint64_t flags;         /* CHX_T_* */
    int64_t numel;          /* product of shape */
    chx_storage *storage;   /* for the host's cache calls; NULL for a host scalar. Views share it */
    uint64_t reserved;      /* 0 */
} chx_tensor;

/* A place in device memory. The core never does arithmetic on base: it may be a handle. */
typedef struct chx_memref {
    void *base;
    uint64_t offset; /* bytes */
    int32_t kind;    /* CHX_MEM_* */
    int32_t reserved;
} chx_memref;
#define CHX_MEM_DEVICE 0      /* the device's own memory */
#define CHX_MEM_PINNED_HOST 1 /* host memory that the device can read quickly */
#define CHX_MEM_HOST 2        /* any host memory: base is an ordinary pointer */
#define CHX_MEM_MANAGED 3     /* memory that host and device share */

/* ------------------------------------------------------------------------------------------------ kernel calls */

struct chx_plan;

/* One kernel call. Lives on the caller's stack.
 * Operands of an element-wise op arrive with the shape of the output; broadcast dimensions have stride 0. */
typedef struct chx_launch {
    uint32_t struct_size;
    uint16_t n_in, n_out;
    const chx_tensor *const *in; /* n_in operands; NULL: an optional operand left out; a variadic group comes last */
    chx_tensor *const *out;      /* n_out results, allocated by the core; NULL: not wanted */
    const void *attrs;           /* the op's chx_attrs_<op> (chx/ops/<family>.h) or NULL if it has none */
    uint32_t attrs_size;         /* size of *attrs as the core knows it; every field in it is written */
    uint32_t flags;              /* CHX_L_* */
    chx_device *device;          /* the device, or a kernel provider's own handle for it */
    chx_stream *stream;          /* enqueue here; NULL: ordered with everything on this device */
    void *native_stream;         /* the stream in the device's own terms, for kernel providers; NULL if none */
    const struct chx_plan *plan; /* what plan() left for this shape; NULL if the kernel has no plan() */
    uint64_t inplace_outs;       /* bit i: out[i] is the very same view as one of the inputs */
} chx_launch;
#define CHX_L_DETERMINISTIC 1u /* results must not depend on timing */
#define CHX_L_CAPTURING 2u     /* a stream capture is under way: no allocation, no waiting */

/* A kernel. state is chx_kernel_def.state. Must be reentrant. Its operands are as the op's row and its definition say: it
 * need not look. What its header does not have may come from a later contract: codes among the attributes, opcodes and
 * types of instructions it refuses with CHX_E_UNIMPLEMENTED, in supports, plan or fn, before anything is enqueued; longer
 * structs it serves as if they ended where its own do. */
typedef chx_status(CHX_CALL *chx_kernel_fn)(void *state, const chx_launch *launch);

/* What plan() leaves for all launches of one shape. The core zeroes it and sets struct_size before plan(). */
typedef struct chx_plan {
    uint32_t struct_size, reserved;
    uint64_t opaque_bytes[4]; /* sizes of CHX_T_OPAQUE outputs, in order */
    uint64_t scratch_bytes;   /* scratch the kernel will ask for through host->scratch; lets a Program plan memory */
    void *state;              /* chosen algorithm, compiled primitive, ... */
    void(CHX_CALL *destroy)(void *state); /* called once when the plan is dropped; NULL: nothing to do */
} chx_plan;

/* The error a kernel may show against a reference computed in double precision: |x - r| <= atol + rtol * |r|. */
typedef struct chx_tolerance {
    const char *dtypes; /* as in chx_kernel_def.dtypes */
    double rtol, atol;
} chx_tolerance;

/* A kernel and what it can take. Constant; must outlive the plugin. */
typedef struct chx_kernel_def {
    uint32_t struct_size;
    uint32_t op_version; /* version of the op's row in sdk/ops.toml that this kernel implements */
    const char *op;      /* "chx.add", "acme.flash_attention" */
    const char *dtypes;  /* dispatch dtypes, separated by spaces: bool i8 i16 i32 i64 u8 u16 u32 u64 f16 bf16 f32 f64
                          * c64 c128; "*" means all */
    uint64_t caps;       /* CHX_K_* */
    int64_t priority;    /* higher goes first among the kernels for one op; 0 is usual */
    chx_kernel_fn fn;
    void *state;
    /* Whether this launch is acceptable: CHX_OK or CHX_E_UNIMPLEMENTED. Must look at dtypes, ranks, layout flags and
     * attributes only, since the core caches the answer by those. NULL: always. */
    chx_status(CHX_CALL *supports)(void *state, const chx_launch *launch);
    /* Prepares launches of this very shape; may autotune, may refuse (CHX_E_UNIMPLEMENTED). Cached per shape.
     * Never called during capture. NULL: nothing to prepare. */
    chx_status(CHX_CALL *plan)(void *state, const chx_launch *launch, chx_plan *plan);
    const chx_tolerance *const *tolerances; /* n_tolerances pointers; what the conformance kit holds the kernel to */
    uint32_t n_tolerances, reserved;
    const char *memory_kind; /* NULL: memory of the device itself; "host": a host kernel shipped beside them */
    /* Smaller calls, no operand or result of which has so many elements, go to the next kernel at once, which costs less
     * than a refusal. They may still come where there is no other kernel. 0: all calls are welcome. */
    int64_t least_elements;
} chx_kernel_def;
#define CHX_K_STRIDED_IN 1u               /* takes inputs of any strides; otherwise they arrive contiguous */
#define CHX_K_STRIDED_OUT 2u              /* writes outputs of any strides */
#define CHX_K_HOST_SCALAR 4u              /* takes CHX_T_HOST_SCALAR; otherwise it gets 0-d device arrays */
#define CHX_K_INPLACE_OK 8u               /* an output may be the same view as an input */
#define CHX_K_DETERMINISTIC 16u           /* the same result for the same operands, always */
#define CHX_K_CAPTURE_SAFE 32u            /* may be called during stream capture */
#define CHX_K_MAY_REFUSE 64u              /* has supports() or plan() */
#define CHX_K_DETERMINISTIC_ON_REQUEST 128u /* deterministic if CHX_L_DETERMINISTIC is set */

/* ------------------------------------------------------------------------------------------------ plugin ops */

/* One attribute of an op that the plugin defines. */
typedef struct chx_attr_field {
    const char *name;
    int32_t kind;      /* CHX_ATTR_* */
    uint32_t offset;   /* in the attribute struct */
    int64_t default_i; /* default of BOOL, I64, CODE */
    double default_f;  /* default of F64 */
} chx_attr_field;
#define CHX_ATTR_BOOL 1  /* int32_t */
#define CHX_ATTR_I64 2   /* int64_t */
#define CHX_ATTR_F64 3   /* double */
#define CHX_ATTR_DTYPE 4 /* chx_dtype */
#define CHX_ATTR_I64S 5  /* int64_t count, then CHX_MAX_NDIM int64_t */
#define CHX_ATTR_CODE 6  /* int32_t */

/* Shape and dtype of an operand, for shape rules. */
typedef struct chx_meta {
    int32_t ndim;
    chx_dtype dtype;
    int64_t shape[CHX_MAX_NDIM];
    uint64_t flags; /* CHX_META_* */
} chx_meta;
#define CHX_META_OPAQUE 1u      /* provider-private; size comes from the plan */
#define CHX_META_UPPER_BOUND 2u /* the true extent of dimension 0 comes in an int64 count output that follows */

/* An op that the core does not know. Its name must start with the plugin's name and a dot. */
typedef struct chx_op_def {
    uint32_t struct_size, version;
    const char *name, *doc;
    uint32_t n_attrs, attrs_size; /* size of the attribute struct, which starts with uint32_t struct_size */
    const chx_attr_field *const *attrs;
    int16_t n_in, n_out; /* n_in < 0: variadic, at least -n_in operands */
    int32_t reserved;
    /* Shapes and dtypes of the outputs. On failure: set_error says what was given and what was expected. */
    chx_status(CHX_CALL *infer)(void *state, const chx_meta *const *in, uint32_t n_in, const void *attrs,
                                chx_meta *const *out, uint32_t n_out);
    void *state;
    const char *backward_op; /* the op that computes all input gradients; NULL: not differentiable */
    /* Its operands, in order, separated by spaces: gK gradient of output K, xK input K, yK output K. */
    const char *backward_operands;
} chx_op_def;

/* ------------------------------------------------------------------------------------------------ the host */

/* Work on [begin, end). worker: 0 .. max_workers() - 1, distinct among concurrent calls of one parallel_for. */
typedef chx_status(CHX_CALL *chx_range_fn)(int64_t begin, int64_t end, int32_t worker, void *ctx);

/* What the core offers. Lives as long as the process; constant after create. */
typedef struct chx_host_api {
    uint32_t struct_size;
    uint32_t abi_minor;       /* min of both sides' minors */
    const int32_t *log_level; /* messages below *log_level are dropped: read it before formatting one */
    /* Levels: 0 trace, 1 debug, 2 info, 3 warning, 4 error. component: e.g. "acme.alloc". */
    void(CHX_CALL *log)(int32_t level, const char *component, const char *text);
    /* Keeps text for this thread's next failing return; returns the code for `return host->set_error(...)`. */
    chx_status(CHX_CALL *set_error)(chx_status code, const char *text);
    /* Cached host memory; align is a power of two up to 4096. NULL when out of memory. */
    void *(CHX_CALL *host_alloc)(uint64_t bytes, uint64_t align);
    void(CHX_CALL *host_free)(void *);
    /* Splits [0, n) into ranges of at least grain over the core's CPU threads and waits. The first failing status wins
     * and its text reaches the caller; nested calls run inline. */
    chx_status(CHX_CALL *parallel_for)(int64_t n, int64_t grain, chx_range_fn fn, void *ctx);
    int32_t(CHX_CALL *max_workers)(void); /* 1 inside of parallel_for; the pool is idle outside of it */
    /* Device memory until the kernel has completed; align a power of two up to 4096. */
    chx_status(CHX_CALL *scratch)(const chx_launch *, uint64_t bytes, uint64_t align, chx_memref *out);
    /* Blobs kept with a storage (packed weights and the like), found by key. The core drops them when the storage is
     * written and refuses (CHX_E_UNIMPLEMENTED) where others may write it unseen. A blob stays valid at least until the
     * launch has completed. get: *blob is NULL if there is none. put: the core calls destroy(blob) in the end, on
     * refusal too. */
    chx_status(CHX_CALL *storage_cache_get)(const chx_launch *, const chx_tensor *, const void *key,
                                            uint64_t key_bytes, void **blob);
    chx_status(CHX_CALL *storage_cache_put)(const chx_launch *, const chx_tensor *, const void *key,
                                            uint64_t key_bytes, void *blob, uint64_t blob_bytes,
                                            void(CHX_CALL *destroy)(void *));
    /* A named extension of the host with at least that version, or NULL. */
    const void *(CHX_CALL *get_extension)(const char *name, uint32_t min_version);
} chx_host_api;

/* ------------------------------------------------------------------------------------------------ the device */

/* Facts about a device. The core zeroes it and sets struct_size before device_info(). */
typedef struct chx_device_info {
    uint32_t struct_size;
    int32_t dl_device_type;           /* DLPack's code; 12 (kDLExtDev) if it has none of its own */
    char name[64];                    /* for people: "AMD EPYC, 2 threads" */
    char uuid[40];                    /* stable identity, or "" */
    char memory_kind[32];             /* "host", "cuda", "acme": what a kernel provider's kernels_for names */
    uint64_t memory_total, memory_free; /* bytes; 0: unknown */
    uint64_t caps;                    /* CHX_CAP_* */
    uint32_t alignment;               /* bytes, power of two, at least 64; what the device likes best */
    uint32_t host_accessible_kinds;   /* bit k: host code may dereference memory of kind CHX_MEM_k */
} chx_device_info;
#define CHX_CAP_HOST_REFERENCE 1u /* host fallback runs on this device */
#define CHX_CAP_OWN_POOL 2u       /* alloc is cheap: the core's caching allocator steps aside */

/* What a plugin offers: zeroed by the core (which sets struct_size), filled by create. */
typedef struct chx_device_api {
    uint32_t struct_size;
    uint32_t n_kernels, n_ops, reserved;
    const chx_kernel_def *const *kernels; /* n_kernels pointers */
    const chx_op_def *const *ops;         /* n_ops pointers */

    /* Tier 0: a device provider has these eight. */
    chx_status(CHX_CALL *device_count)(chx_plugin *, int32_t *count); /* 0 is a legal answer */
    chx_status(CHX_CALL *device_open)(chx_plugin *, int32_t index, chx_device **);
    chx_status(CHX_CALL *device_close)(chx_device *);
    chx_status(CHX_CALL *device_info)(chx_device *, chx_device_info *);
    /* bytes > 0; align a power of two, at least 64, which is honoured or refused; kind CHX_MEM_*; stream: freed memory is
     * reused in its order. */
    chx_status(CHX_CALL *alloc)(chx_device *, uint64_t bytes, uint64_t align, int32_t kind, chx_stream *,
                                chx_memref *out);
    chx_status(CHX_CALL *free)(chx_device *, const chx_memref *, chx_stream *);
    /* Between any two places of this device or the host (kind CHX_MEM_HOST); bytes > 0; not overlapping. Asynchronous
     * on streams; to or from CHX_MEM_HOST it has completed on return. */
    chx_status(CHX_CALL *copy)(chx_device *, const chx_memref *dst, const chx_memref *src, uint64_t bytes,
                               chx_stream *);
    chx_status(CHX_CALL *sync)(chx_device *, chx_stream *); /* waits for the stream; NULL: for all of them */

    /* Tier 1: asynchronous devices. All or none. */
    chx_status(CHX_CALL *stream_create)(chx_device *, uint32_t flags, chx_stream **);
    chx_status(CHX_CALL *stream_destroy)(chx_stream *); /* after its work has completed */
    chx_status(CHX_CALL *stream_query)(chx_stream *, int32_t *done);
    chx_status(CHX_CALL *stream_wrap_native)(chx_device *, void *native, chx_stream **);
    chx_status(CHX_CALL *stream_native)(chx_stream *, void **native);
    chx_status(CHX_CALL *event_create)(chx_device *, uint32_t flags, chx_event **); /* flags: CHX_EVENT_* */
    chx_status(CHX_CALL *event_destroy)(chx_event *);
    chx_status(CHX_CALL *event_record)(chx_event *, chx_stream *);
    chx_status(CHX_CALL *stream_wait_event)(chx_stream *, chx_event *);
    chx_status(CHX_CALL *event_query)(chx_event *, int32_t *done);
    chx_status(CHX_CALL *event_sync)(chx_event *);
    chx_status(CHX_CALL *event_elapsed_ns)(chx_event *start, chx_event *end, uint64_t *ns);

    /* Beside kernel providers. */
    chx_status(CHX_CALL *device_native)(chx_device *, void **native_context); /* handed to provider_open */
    /* Kernel providers: their own handle for somebody else's device; closed by device_close. */
    chx_status(CHX_CALL *provider_open)(chx_plugin *, int32_t index, void *native_context, chx_device **);

    /* A named extension with at least that version (chx.capture, chx.graph, ...), or NULL. */
    const void *(CHX_CALL *get_extension)(chx_plugin *, const char *name, uint32_t min_version);
} chx_device_api;
#define CHX_EVENT_TIMING 1u /* the event will be passed to event_elapsed_ns */

/* ------------------------------------------------------------------------------------------------ the plugin */

typedef struct chx_option {
    const char *name, *value;
} chx_option;

typedef struct chx_option_def {
    const char *name, *default_value, *doc;
} chx_option_def;

/* Who the plugin is. Constant. */
typedef struct chx_plugin_desc {
    uint32_t struct_size;
    uint32_t magic;              /* CHX_MAGIC */
    uint32_t abi_major;          /* CHX_ABI_MAJOR */
    uint32_t abi_minor;          /* CHX_ABI_MINOR it was built against */
    uint32_t abi_minor_required; /* oldest host minor it can work with */
    uint32_t flags;              /* 0 */
    uint64_t layout_hash;        /* CHX_ABI_LAYOUT_HASH; compared while abi_major is 0 */
    const char *name;            /* backend name: [a-z][a-z0-9_]*, the "acme" of "acme:0" */
    const char *version, *vendor, *build_info;
    const char *kernels_for;        /* NULL: device provider. Else a kernel provider, for this kind of memory */
    const char *native_stream_kind; /* kernel providers: what native_stream must be, "cudaStream_t"; NULL: none */
    /* Called once per process before anything else, never concurrently with itself. Fills *out. A failing create leaves
     * nothing behind. options: those of option_defs that the user set, with whatever value. */
    chx_status(CHX_CALL *create)(const chx_host_api *, const chx_option *const *options, uint32_t n_options,
                                 chx_plugin **, chx_device_api *out);
    chx_status(CHX_CALL *destroy)(chx_plugin *);    /* after the last device has been closed */
    void(CHX_CALL *prepare_exit)(chx_plugin *);     /* the process ends: join threads; NULL: nothing to do */
    void(CHX_CALL *after_fork_child)(chx_plugin *); /* NULL: devices are dead in the child (CHX_E_FORKED) */
    const chx_option_def *const *option_defs;
    uint32_t n_option_defs, reserved;
} chx_plugin_desc;
#define CHX_MAGIC 0x50584843u /* "CHXP" */

/* The only exported symbol. Pure: no thread, no file, no driver, no allocation, not even for a while; callable many times,
 * from any thread, after fork. So is what runs when the library is loaded. NULL: this host can't be served. */
typedef const chx_plugin_desc *(CHX_CALL *chx_plugin_query_fn)(uint32_t host_major, uint32_t host_minor);
#define CHX_PLUGIN_QUERY_SYMBOL "chx_plugin_query_v0"

/* Defines the query's name: `CHX_PLUGIN_QUERY(acme) { return ...; }` with parameters host_major and host_minor. With
 * CHX_STATIC_PLUGIN defined the symbol gets the name as a suffix, and the program hands it to
 * chainerx::register_static_plugin() before the first device is named. */
#ifdef __cplusplus
#define CHX_EXTERN_C extern "C"
#else
#define CHX_EXTERN_C
#endif
#if defined(CHX_STATIC_PLUGIN)
#define CHX_PLUGIN_QUERY(name) \
    CHX_EXTERN_C const chx_plugin_desc *CHX_CALL chx_plugin_query_v0_##name(uint32_t host_major, uint32_t host_minor)
#else
#define CHX_PLUGIN_QUERY(name) \
    CHX_EXTERN_C CHX_EXPORT const chx_plugin_desc *CHX_CALL chx_plugin_query_v0(uint32_t host_major, uint32_t host_minor)
#endif

#ifdef __cplusplus
}
#endif
#endif
