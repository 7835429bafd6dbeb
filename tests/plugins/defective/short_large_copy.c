/* Copies in pieces, of which the last one is forgotten behind 16 MiB. */
#define LARGEST ((uint64_t)16 << 20)
#define COPY(to, from, bytes) memcpy(to, from, (bytes) < LARGEST ? (bytes) : LARGEST)
#include "flawless.h"
