/* Every allocation is the same one. */
static char arena[32 << 20] __attribute__((aligned(4096)));
#define ALLOCATE(address, align, bytes) \
    (void)(align);                      \
    (address) = (bytes) <= sizeof arena ? arena : NULL
#define FREE(address) (void)(address)
#include "flawless.h"
