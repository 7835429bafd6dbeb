#include <fcntl.h>

static void open_driver(void) {
    static int is_open;
    if (!is_open++) open("/dev/null", O_RDONLY);
}
#define IN_QUERY open_driver()
#include "flawless.h"
