/* Copies whole words. */
#define COPY(to, from, bytes) memcpy(to, from, ((bytes) + 7) / 8 * 8)
#include "flawless.h"
