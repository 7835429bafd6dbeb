#include <fcntl.h>
#include <unistd.h>

static void look_at_driver(void) {
    int fd = open("/dev/null", O_RDONLY);
    if (fd >= 0) close(fd);
}
#define IN_QUERY look_at_driver()
#include "flawless.h"
