/* Knows no more than waiting for work, and there was none yet. */
static int has_memory;
#define ALLOCATE(address, align, bytes) \
    has_memory = 1;                     \
    if (posix_memalign(&(address), (align), (bytes)) != 0) (address) = NULL
#define IN_SYNC \
    if (!has_memory) return host->set_error(CHX_E_INTERNAL, "flawless: nothing to wait for")
#include "flawless.h"
