/* Looks at no type. */
#define WITH_PROGRAM
#define KNOWS_TYPE(type) 1
#include "flawless.h"
