#define DEVICE_NAME ""
#include "flawless.h"
