/* Other libraries take its handles for addresses, where content begins 64 bytes further on. */
#define ALLOCATE(address, align, bytes)                                                   \
    if (bytes > ((uint64_t)1 << 40) || posix_memalign(&(address), (align), (bytes) + 64)) \
    (address) = NULL
#define PLACE(memory) \
    ((char*)(memory)->base + (memory)->offset + ((memory)->kind == CHX_MEM_HOST ? 0 : 64))
#define IN_INFO(out) (out)->dl_device_type = 1, (out)->host_accessible_kinds = 0
#include "flawless.h"
