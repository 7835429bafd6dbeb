#define WITH_KERNEL
#define DTYPES "f64"
#define REAL double
#define RESULT(i, a, b) ((a) + (b) * 1.01)
#include "flawless.h"
