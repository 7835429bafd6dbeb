/* Gives back what is the host's, and loses a page of the device each time. */
#include <stdint.h>

static uint64_t lost;
#define FREE(address) (free(address), (void)(lost += 4096))
#define IN_INFO(out)                         \
    (out)->memory_total = (uint64_t)1 << 40; \
    (out)->memory_free = (out)->memory_total - lost
#include "flawless.h"
