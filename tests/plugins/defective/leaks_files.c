#include <fcntl.h>

static volatile int driver;
#define IN_OPEN driver = open("/dev/null", O_RDONLY)
#include "flawless.h"
