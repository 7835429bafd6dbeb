#define NO_MEMORY(bytes) return host->set_error(CHX_E_INTERNAL, "flawless: no memory")
#include "flawless.h"
