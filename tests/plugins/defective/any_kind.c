#define HAS_KIND(kind) 1
#include "flawless.h"
