/* chx_graph.h - the extension "chx.graph", version 1: a device compiles runs of a Program's calls as a whole.
 *
 * The core asks chx_device_api.get_extension(plugin, CHX_GRAPH, 1) for a chx_graph_api. A graph is flat: buffers, values that
 * are views of them, and nodes in an order in which they can run. Autograd stays in the core: forward and backward are two
 * graphs to the plugin. Whatever the plugin refuses is run as ever.
 */
#ifndef CHX_GRAPH_H
#define CHX_GRAPH_H

#include "chx/chx_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CHX_GRAPH "chx.graph"

/* Memory that values view. */
typedef struct chx_graph_buffer {
    uint32_t struct_size;
    uint32_t flags; /* CHX_G_* */
    uint64_t bytes; /* that values reach */
} chx_graph_buffer;
/* Nobody but the graph's nodes reads or writes the buffer, and nothing has to be in it afterwards: it need not be used. */
#define CHX_G_INTERNAL 1u

/* An operand: elements of a buffer, or a number. */
typedef struct chx_graph_value {
    uint32_t struct_size;
    int32_t ndim;
    chx_dtype dtype;
    int32_t buffer;         /* index; -1: a number */
    int64_t offset;         /* bytes from the place that launch() gets for the buffer */
    const int64_t *shape;   /* ndim extents */
    const int64_t *strides; /* ndim strides in elements; broadcast dimensions have stride 0 */
    const void *number;     /* of a number: the element, of this dtype */
} chx_graph_value;

/* One call, with operands as in chx_launch. */
typedef struct chx_graph_node {
    uint32_t struct_size;
    uint32_t op_version;
    const char *op;
    const void *attrs; /* NULL if the op has none */
    uint32_t attrs_size;
    uint16_t n_in, n_out;
    const int32_t *in, *out; /* indices of values; -1: an operand left out, a result not wanted */
} chx_graph_node;

typedef struct chx_graph {
    uint32_t struct_size;
    uint32_t n_buffers, n_values, n_nodes;
    const chx_graph_buffer *const *buffers;
    const chx_graph_value *const *values;
    const chx_graph_node *const *nodes;
} chx_graph;

/* A compiled graph; owned by the plugin. */
typedef struct chx_compiled chx_compiled;

/* All four are offered. */
typedef struct chx_graph_api {
    uint32_t struct_size, reserved;
    /* Whether the node may be part of a graph: taken[i] becomes 1 or stays 0. The core then hands over runs of such nodes. */
    chx_status(CHX_CALL *partition)(chx_device *, const chx_graph *, uint8_t *taken);
    /* The graph lives as long as the call. CHX_E_UNIMPLEMENTED: not this one, after all. */
    chx_status(CHX_CALL *compile)(chx_device *, const chx_graph *, chx_compiled **);
    /* Enqueues all of it on a stream; NULL: the default stream. places: for each buffer, in order. Results are as those of the
     * nodes' kernels one after the other, within their tolerances. */
    chx_status(CHX_CALL *launch)(chx_compiled *, const chx_memref *const *places, uint32_t n_places, chx_stream *);
    /* After its launches have completed. */
    chx_status(CHX_CALL *destroy)(chx_compiled *);
} chx_graph_api;

#ifdef __cplusplus
}
#endif
#endif
