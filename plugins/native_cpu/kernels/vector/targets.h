// The instruction sets that the vector loops are compiled for: the compiler's baseline, AVX2
// and AVX-512. Include before anything of Highway.
#pragma once

#include <hwy/detect_targets.h>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)

// For files that AVX-512 does not make faster.
#ifdef NATIVE_WITHOUT_AVX512
#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3 | HWY_AVX3_DL)
#endif
