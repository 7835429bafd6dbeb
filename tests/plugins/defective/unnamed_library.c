int helper_answer(void);
#define IN_CREATE(host, out) helper_answer()
#include "flawless.h"
