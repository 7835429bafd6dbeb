static char* volatile kept;
#define WRONG_INDEX(index) \
    return kept = strdup("flawless: no such device"), host->set_error(CHX_E_INVALID, kept)
#include "flawless.h"
