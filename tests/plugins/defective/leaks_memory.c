/* Nothing is ever given back. */
#define FREE(address) (void)(address)
#include "flawless.h"
