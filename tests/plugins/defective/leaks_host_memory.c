static void* volatile kept;
#define IN_CREATE(host, out) kept = (host)->host_alloc(100, 64)
#include "flawless.h"
