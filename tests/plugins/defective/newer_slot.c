/* Built against the next minor, whose table it fills without a look at the size of this host's. */
#define IN_CREATE(host, out) (out)->future_value = 1
#include "flawless.h"
