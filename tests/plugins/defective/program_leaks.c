static void* volatile kept;
#define WITH_PROGRAM
#define REFUSE                                                       \
    do {                                                             \
        kept = malloc(100);                                          \
        return host->set_error(CHX_E_UNIMPLEMENTED, "flawless: no"); \
    } while (0)
#include "flawless.h"
