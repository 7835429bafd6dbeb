/* Takes every opcode that is not a product for a sum. */
#define WITH_PROGRAM
#define KNOWS_OPCODE(opcode) 1
#include "flawless.h"
