/* Says nothing of what is wrong with an option. */
#include <chx/chx_plugin.h>

static const chx_option_def speed = {"speed", "1", "1 to 9"};
static const chx_option_def* const speeds[] = {&speed};
#define OPTION_DEFS speeds
#define N_OPTION_DEFS 1
#define IN_CREATE(host, out)                                                        \
    if (n_options > 0 && (options[0]->value[0] < '1' || options[0]->value[1] != 0)) \
    return CHX_E_INVALID
#include "flawless.h"
