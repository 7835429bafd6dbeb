/* Calls an instruction of a later contract nonsense: the core would not look for another kernel. */
#define WITH_PROGRAM
#define REFUSE return host->set_error(CHX_E_INVALID, "flawless: an unknown instruction")
#include "flawless.h"
