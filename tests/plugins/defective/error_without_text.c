#define WRONG_INDEX(index) return CHX_E_INVALID
#include "flawless.h"
