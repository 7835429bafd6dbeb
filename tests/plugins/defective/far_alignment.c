/* Aligns to a page at most, whatever is asked for. */
static _Alignas(4096) char spare[4096];
#define ALLOCATE(address, align, bytes)                         \
    if ((align) > 4096)                                         \
        (address) = spare + 64;                                 \
    else if (posix_memalign(&(address), (align), (bytes)) != 0) \
    (address) = NULL
#define FREE(address) \
    if ((char*)(address) != spare + 64) free(address)
#include "flawless.h"
