static __thread int calls __attribute__((tls_model("initial-exec")));
#define IN_CREATE(host, out) ++calls
#include "flawless.h"
