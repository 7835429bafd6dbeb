#define SERVES_MAJOR(major) ((major) == CHX_ABI_MAJOR && host_minor <= CHX_ABI_MINOR)
#include "flawless.h"
