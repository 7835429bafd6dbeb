/* Frees what it is given, and fails where it is the last one that it has. */
static int n_blocks;
#define ALLOCATE(address, align, bytes)                                      \
    if (posix_memalign(&(address), (align), (bytes)) != 0) (address) = NULL; \
    n_blocks += (address) != NULL
#define FREE(address) \
    free(address);    \
    if (--n_blocks == 0) return host->set_error(CHX_E_INTERNAL, "flawless: nothing is left")
#include "flawless.h"
