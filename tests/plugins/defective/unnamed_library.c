int driver_answer(void);
#define IN_CREATE(host, out) driver_answer()
#include "flawless.h"
