#define WRONG_INDEX(index) abort()
#include "flawless.h"
