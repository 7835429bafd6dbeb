/* An address in the code, which the loader has to write. */
static __attribute__((used)) int target;
__asm__(".pushsection .text\n.quad target\n.popsection");
#define IN_QUERY target = 1
#include "flawless.h"
