/* Results pass through memory that all threads share. */
#include <unistd.h>

#define WITH_KERNEL
static float shared[2048];
#define IN_KERNEL(launch)                                                               \
    for (int64_t i = 0; i < y->numel; ++i) shared[i] = *element(a, i) + *element(b, i); \
    usleep(50); /* long enough for another thread */                                    \
    for (int64_t i = 0; i < y->numel; ++i) *element(y, i) = shared[i];                  \
    return CHX_OK
#include "flawless.h"
