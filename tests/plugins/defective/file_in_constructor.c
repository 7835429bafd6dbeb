/* Looks for a driver when it is loaded. */
#include <stdio.h>

__attribute__((constructor)) static void look_at_driver(void) {
    FILE* file = fopen("/dev/null", "r");
    if (file != NULL) fclose(file);
}
#include "flawless.h"
