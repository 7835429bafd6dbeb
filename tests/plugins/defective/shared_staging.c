/* Small copies go through one buffer, whichever thread they are from. */
#include <stdint.h>
#include <string.h>
#include <unistd.h>

static char staging[4096];
static void copy_staged(void* to, const void* from, uint64_t bytes) {
    if (bytes > sizeof staging) {
        memcpy(to, from, bytes);
        return;
    }
    memcpy(staging, from, bytes);
    usleep(50); /* long enough for another thread */
    memcpy(to, staging, bytes);
}
#define COPY(to, from, bytes) copy_staged(to, from, bytes)
/* So that the core copies too. */
#define IN_INFO(out) (out)->host_accessible_kinds = 0
#include "flawless.h"
