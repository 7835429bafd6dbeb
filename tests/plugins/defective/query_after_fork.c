#include <unistd.h>

static pid_t first;
#define IN_QUERY \
    if (first == 0) first = getpid()
#define SERVES_MAJOR(major) ((major) == CHX_ABI_MAJOR && first == getpid())
#include "flawless.h"
