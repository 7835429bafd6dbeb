#define NO_MEMORY(bytes) return CHX_E_OOM
#include "flawless.h"
