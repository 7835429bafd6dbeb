#define VENDOR ""
#include "flawless.h"
