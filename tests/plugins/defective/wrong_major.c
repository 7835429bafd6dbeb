#define SERVES_MAJOR(major) ((void)(major), 1)
#include "flawless.h"
