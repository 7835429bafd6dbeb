#define WRONG_INDEX(index) \
    for (;;) sched_yield()
#include <sched.h>

#include "flawless.h"
