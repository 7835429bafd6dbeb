/* Writes what was not allocated. */
#define NO_MEMORY(bytes) *(volatile char*)(uintptr_t)((bytes) >> 60) = 0
#include "flawless.h"
