/* chx.capture of the flawless device: remembers one call of its kernel. */
#ifndef CHAINERX_TESTS_FLAWLESS_CAPTURE_H
#define CHAINERX_TESTS_FLAWLESS_CAPTURE_H

#include <chx/chx_capture.h>

#ifndef IN_RECORDING /* of a call */
#define IN_RECORDING(launch)
#endif
#ifndef LAUNCHES
#define LAUNCHES(captured) 1
#endif

struct chx_captured {
    chx_tensor operands[3]; /* of which the third is the result */
    int64_t shapes[3][CHX_MAX_NDIM], strides[3][CHX_MAX_NDIM];
    /* For what defective ones remember. */
    int n_launches;
    float contents[2][1024];
};

static chx_stream* captured_stream;
static chx_captured* recording;

static void keep_operand(int i, const chx_tensor* operand) {
    recording->operands[i] = *operand;
    for (int32_t d = 0; d < operand->ndim; ++d) {
        recording->shapes[i][d] = operand->shape[d];
        recording->strides[i][d] = operand->strides[d];
    }
    recording->operands[i].shape = recording->shapes[i];
    recording->operands[i].strides = recording->strides[i];
}

static int records(const chx_launch* launch) {
    if (captured_stream == NULL || launch->stream != captured_stream) return 0;
    keep_operand(0, launch->in[0]);
    keep_operand(1, launch->in[1]);
    keep_operand(2, launch->out[0]);
    IN_RECORDING(launch);
    return 1;
}

static chx_status capture_begin(chx_device* device, chx_stream* stream) {
    (void)device;
    captured_stream = stream;
    recording = calloc(1, sizeof *recording);
    return CHX_OK;
}

static chx_status capture_end(chx_device* device, chx_stream* stream, chx_captured** captured) {
    (void)device;
    (void)stream;
    captured_stream = NULL;
    if (captured == NULL) {
        free(recording);
    } else {
        free(*captured);
        *captured = recording;
    }
    return CHX_OK;
}

static chx_status capture_launch(chx_captured* captured, chx_stream* stream) {
    if (!LAUNCHES(captured)) return CHX_OK;
    device_sync(&the_device, stream);
    compute(&captured->operands[0], &captured->operands[1], &captured->operands[2]);
    return CHX_OK;
}

static chx_status capture_destroy(chx_captured* captured) {
    free(captured);
    return CHX_OK;
}

static const chx_capture_api capture_api = {
    .struct_size = sizeof(chx_capture_api),
    .begin = capture_begin,
    .end = capture_end,
    .launch = capture_launch,
    .destroy = capture_destroy,
};

static const void* capture_extension(chx_plugin* plugin, const char* name, uint32_t version) {
    (void)plugin;
    return version == 1 && strcmp(name, CHX_CAPTURE) == 0 ? &capture_api : NULL;
}

#endif
