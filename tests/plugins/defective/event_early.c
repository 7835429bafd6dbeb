#define WITH_STREAMS
#define RECORD_NOW(event, generation) (event)->done = (generation)
#include "flawless.h"
