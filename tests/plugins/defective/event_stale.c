/* event_query is one answer behind. */
#define WITH_STREAMS
static int n_queries;
#define EVENT_IS_DONE(event) ((event)->done == (event)->recorded && n_queries++ % 2 == 1)
#include "flawless.h"
