#define WRONG_INDEX(index) return *out = &the_device, CHX_OK
#include "flawless.h"
