#define WITH_PROGRAM
#include "flawless.h"
