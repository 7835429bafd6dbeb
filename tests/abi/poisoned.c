/* A device whose every struct is followed by poison: a core that knows more fields than this plugin's header has must not
 * look at what lies there. Memory and copies are those of the C template, whose source this file includes. */
#define description template_description
#define kernel_list template_kernel_list
#undef CHX_PLUGIN_QUERY
#include <chx/chx_plugin.h>
#undef CHX_PLUGIN_QUERY
#define CHX_PLUGIN_QUERY(name) \
    static inline const chx_plugin_desc* template_query(uint32_t host_major, uint32_t host_minor)

#include CHX_TEMPLATE_SOURCE

#undef description
#undef kernel_list

#include <chx/ops/reduction.h>

#define POISON {[0 ... 255] = 0xA5}
#define POISONED(type)             \
    struct {                       \
        type value;                \
        unsigned char behind[256]; \
    }

/* Sums everything that is contiguous; refuses the rest, so that supports is in use too. */
static chx_status sum(void* state, const chx_launch* launch) {
    (void)state;
    const float* x = floats(launch->in[0]);
    double total = 0;
    for (int64_t i = 0; i < launch->in[0]->numel; ++i) total += x[i];
    *floats(launch->out[0]) = (float)total;
    return CHX_OK;
}

static chx_status sums_everything(void* state, const chx_launch* launch) {
    (void)state;
    return launch->out[0]->ndim == 0 ? CHX_OK : CHX_E_UNIMPLEMENTED;
}

static const POISONED(chx_kernel_def) poisoned_add = {
    {.struct_size = sizeof(chx_kernel_def),
     .op = CHX_OP_ADD,
     .op_version = CHX_OP_ADD_VERSION,
     .dtypes = "f32",
     .fn = add},
    POISON,
};
static const POISONED(chx_kernel_def) poisoned_sum = {
    {.struct_size = sizeof(chx_kernel_def),
     .op = CHX_OP_SUM,
     .op_version = CHX_OP_SUM_VERSION,
     .dtypes = "f32",
     .fn = sum,
     .supports = sums_everything},
    POISON,
};
static const chx_kernel_def* const poisoned_kernels[] = {&poisoned_add.value, &poisoned_sum.value};

static chx_status same_shape(void* state,
                             const chx_meta* const* in,
                             uint32_t n_in,
                             const void* attrs,
                             chx_meta* const* out,
                             uint32_t n_out) {
    (void)state, (void)n_in, (void)attrs, (void)n_out;
    out[0]->ndim = in[0]->ndim;
    out[0]->dtype = in[0]->dtype;
    memcpy(out[0]->shape, in[0]->shape, sizeof in[0]->shape);
    return CHX_OK;
}

static const POISONED(chx_op_def) poisoned_op = {
    {.struct_size = sizeof(chx_op_def),
     .version = 1,
     .name = "poisoned.same",
     .doc = "An op that nobody has a kernel for.",
     .n_in = 1,
     .n_out = 1,
     .infer = same_shape},
    POISON,
};
static const chx_op_def* const poisoned_ops[] = {&poisoned_op.value};

static chx_status poisoned_create(const chx_host_api* host_api,
                                  const chx_option* const* options,
                                  uint32_t n_options,
                                  chx_plugin** plugin,
                                  chx_device_api* out) {
    create(host_api, options, n_options, plugin, out);
    out->kernels = poisoned_kernels;
    out->n_kernels = sizeof poisoned_kernels / sizeof *poisoned_kernels;
    out->ops = poisoned_ops;
    out->n_ops = 1;
    /* What this plugin knows of the table; poison in the rest of a longer one. */
    if (out->struct_size > sizeof(chx_device_api))
        memset(
            (char*)out + sizeof(chx_device_api), 0xA5, out->struct_size - sizeof(chx_device_api));
    out->struct_size = sizeof(chx_device_api);
    return CHX_OK;
}

static const POISONED(chx_plugin_desc) poisoned_description = {
    {.struct_size = sizeof(chx_plugin_desc),
     .magic = CHX_MAGIC,
     .abi_major = CHX_ABI_MAJOR,
     .abi_minor = CHX_ABI_MINOR,
     .abi_minor_required = 1,
     .layout_hash = CHX_ABI_LAYOUT_HASH,
     .name = "poisoned",
     .version = "1.0.0",
     .vendor = "ChainerX tests",
     .build_info = "poison behind every struct",
     .create = poisoned_create,
     .destroy = destroy},
    POISON,
};

CHX_EXPORT const chx_plugin_desc* CHX_CALL chx_plugin_query_v0(uint32_t host_major,
                                                               uint32_t host_minor) {
    (void)template_query, (void)template_description, (void)template_kernel_list;
    (void)host_minor;
    return host_major == CHX_ABI_MAJOR ? &poisoned_description.value : NULL;
}
