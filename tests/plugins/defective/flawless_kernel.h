/* The kernel of the flawless device: x1 + x2 in float32, with any strides. */
#ifndef CHAINERX_TESTS_FLAWLESS_KERNEL_H
#define CHAINERX_TESTS_FLAWLESS_KERNEL_H

#include <chx/ops/arithmetic.h>

#ifndef CAPS
#define CAPS                                                                         \
    (CHX_K_STRIDED_IN | CHX_K_STRIDED_OUT | CHX_K_INPLACE_OK | CHX_K_DETERMINISTIC | \
     CHX_K_CAPTURE_SAFE)
#endif
#ifndef DTYPES
#define DTYPES "f32"
#endif
#ifndef REAL
#define REAL float
#endif
#ifndef IN_KERNEL /* before the loop */
#define IN_KERNEL(launch)
#endif
#ifndef RESULT
#define RESULT(i, a, b) ((a) + (b))
#endif
#ifndef RESULT_PLACE
#define RESULT_PLACE(y, i) element(y, i)
#endif
#ifndef STRIDE
#define STRIDE(stride) (stride)
#endif
#ifndef KERNEL_WAITS /* for what was enqueued before */
#define KERNEL_WAITS 1
#endif
#ifndef TOLERANCES
#define TOLERANCES NULL, 0
#endif

/* Element i in row-major order. */
static REAL* element(const chx_tensor* tensor, int64_t i) {
    int64_t offset = 0;
    for (int32_t d = tensor->ndim - 1; d >= 0; --d) {
        offset += i % tensor->shape[d] * STRIDE(tensor->strides[d]);
        i /= tensor->shape[d];
    }
    return (REAL*)((char*)tensor->data + tensor->byte_offset) + offset;
}

static void compute(const chx_tensor* a, const chx_tensor* b, const chx_tensor* y) {
    for (int64_t i = 0; i < y->numel; ++i)
        *RESULT_PLACE(y, i) = RESULT(i, *element(a, i), *element(b, i));
}

#ifdef WITH_CAPTURE
#include "flawless_capture.h"
#endif

static chx_status add(void* state, const chx_launch* launch) {
    (void)state;
    const chx_tensor *a = launch->in[0], *b = launch->in[1];
    const chx_tensor* y = launch->out[0];
#ifdef WITH_CAPTURE
    if (records(launch)) return CHX_OK;
#endif
#ifdef WITH_STREAMS
    if (KERNEL_WAITS) device_sync(launch->device, launch->stream);
#endif
    IN_KERNEL(launch);
    compute(a, b, y);
    return CHX_OK;
}

static const chx_kernel_def add_def = {.struct_size = sizeof(chx_kernel_def),
                                       .op_version = CHX_OP_ADD_VERSION,
                                       .op = CHX_OP_ADD,
                                       .dtypes = DTYPES,
                                       .caps = CAPS,
                                       .fn = add,
                                       .tolerances = TOLERANCES /* and their number */};
static const chx_kernel_def* const kernels[] = {&add_def};

#endif
