void flawless_nowhere(void);
/* Never called, since there are no negative counts; yet the loader wants it. */
#define IN_CREATE(host, out) \
    if ((out)->n_kernels > 1000) flawless_nowhere()
#include "flawless.h"
