/* Wraps native streams into ones that nothing works for. */
#define WITH_STREAMS
#define GIVE_NATIVE(stream, native) return *(native) = (stream), CHX_OK
#define WRAP_NATIVE(native, out) return *(out) = calloc(1, sizeof **(out)), CHX_OK
#include "flawless.h"
