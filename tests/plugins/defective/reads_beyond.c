/* Calls what stands behind the host's table, if it is not NULL. */
typedef void (*function)(void);
#define IN_CREATE(host, out)                                                  \
    function more = *(function*)((const char*)(host) + sizeof(chx_host_api)); \
    if (more) more()
#include "flawless.h"
