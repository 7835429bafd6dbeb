/* Each create takes some of the device's memory, which destroy does not give back. */
#include <stdint.h>

static uint64_t lost;
#define IN_CREATE(host, out) lost += 4096
#define IN_INFO(out)                         \
    (out)->memory_total = (uint64_t)1 << 40; \
    (out)->memory_free = (out)->memory_total - lost
#include "flawless.h"
