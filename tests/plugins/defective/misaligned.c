/* Aligned to 64 bytes, whatever was asked for, and for sure no better. */
#define ALLOCATE(address, align, bytes)                                    \
    if ((bytes) > (uint64_t)1 << 48 ||                                     \
        posix_memalign(&(address), 4096, (bytes) + 4096 + (align)) != 0) { \
        (address) = NULL;                                                  \
    } else {                                                               \
        (address) = (char*)(address) + 64;                                 \
    }
#define FREE(address) free((char*)(address) - 64)
#include "flawless.h"
