/* Ignores where in the source it is to begin. */
#define COPY(to, from, bytes) memcpy(to, (src)->base, bytes)
#include "flawless.h"
