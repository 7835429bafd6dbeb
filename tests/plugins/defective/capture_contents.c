/* Keeps the contents of its operands, not their places. */
#define WITH_STREAMS
#define WITH_KERNEL
#define WITH_CAPTURE
#define IN_RECORDING(launch)                                                        \
    for (int i = 0; i < 2; ++i) {                                                   \
        chx_tensor* operand = &recording->operands[i];                              \
        const size_t bytes = operand->byte_offset + sizeof(float) * operand->numel; \
        operand->data = memcpy(recording->contents[i], operand->data, bytes);       \
    }
#include "flawless.h"
