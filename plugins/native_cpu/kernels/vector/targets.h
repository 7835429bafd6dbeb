// The instruction sets that the vector loops are compiled for, beside the compiler's baseline.
// Include before anything of Highway, and define NATIVE_VECTOR_AVX3 where 512-bit vectors are worth the code.
#pragma once

#include <hwy/detect_targets.h>

#undef HWY_DISABLED_TARGETS
#if defined(NATIVE_VECTOR_AVX3)
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#else
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3 | HWY_AVX3_DL)
#endif
