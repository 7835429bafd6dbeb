#include "flawless.h"

CHX_EXPORT int flawless_other(void);
int flawless_other(void) { return 0; }
