/* Takes every result for contiguous. */
#define WITH_KERNEL
#define RESULT_PLACE(y, i) ((float*)((char*)(y)->data + (y)->byte_offset) + (i))
#include "flawless.h"
