/* Results pass through memory that all threads share. */
#define WITH_KERNEL
static float shared[2048];
#define IN_KERNEL(launch)                                                               \
    for (int64_t i = 0; i < y->numel; ++i) shared[i] = *element(a, i) + *element(b, i); \
    for (int64_t i = 0; i < y->numel; ++i) *element(y, i) = shared[i];                  \
    return CHX_OK
#include "flawless.h"
