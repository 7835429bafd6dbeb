static void* volatile kept[4096];
static int n_kept;
#define IN_OPEN kept[n_kept++ % 4096] = malloc(100)
#include "flawless.h"
