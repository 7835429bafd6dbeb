/* Says of pinned memory that it is the device's. */
#define HAS_KIND(kind) ((kind) == CHX_MEM_DEVICE || (kind) == CHX_MEM_PINNED_HOST)
#define GIVEN_KIND(kind) CHX_MEM_DEVICE
#include "flawless.h"
