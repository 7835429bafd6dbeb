/* Content begins 64 bytes behind the address that alloc gives, to everyone but the host. */
#define ALLOCATE(address, align, bytes)                                                   \
    if (bytes > ((uint64_t)1 << 40) || posix_memalign(&(address), (align), (bytes) + 64)) \
    (address) = NULL
#define PLACE(memory) \
    ((char*)(memory)->base + (memory)->offset + ((memory)->kind == CHX_MEM_HOST ? 0 : 64))
#include "flawless.h"
