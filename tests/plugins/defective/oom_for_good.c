/* Once out of memory, always out of memory. */
static int is_out;
#define ALLOCATE(address, align, bytes) \
    if (is_out || posix_memalign(&(address), (align), (bytes)) != 0) (address) = NULL
#define NO_MEMORY(bytes) return is_out = 1, host->set_error(CHX_E_OOM, "flawless: out of memory")
#include "flawless.h"
