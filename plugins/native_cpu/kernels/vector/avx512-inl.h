// Instructions of AVX-512 for floats that Highway does not offer, for vectors of all sizes.
#if defined(NATIVE_VECTOR_AVX512_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NATIVE_VECTOR_AVX512_INL_H_
#undef NATIVE_VECTOR_AVX512_INL_H_
#else
#define NATIVE_VECTOR_AVX512_INL_H_
#endif

#include <hwy/highway.h>

#if HWY_TARGET <= HWY_AVX3
HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#define NATIVE_AVX512_FUNCTION(name, instruction, ...)                             \
    template <size_t kLanes>                                                       \
    HWY_INLINE hn::Vec128<float, kLanes> name(hn::Vec128<float, kLanes> x) {       \
        return hn::Vec128<float, kLanes>{_mm_##instruction(x.raw, ##__VA_ARGS__)}; \
    }                                                                              \
    HWY_INLINE hn::Vec256<float> name(hn::Vec256<float> x) {                       \
        return hn::Vec256<float>{_mm256_##instruction(x.raw, ##__VA_ARGS__)};      \
    }                                                                              \
    HWY_INLINE hn::Vec512<float> name(hn::Vec512<float> x) {                       \
        return hn::Vec512<float>{_mm512_##instruction(x.raw, ##__VA_ARGS__)};      \
    }

// 1 / sqrt(x) to 2^-14.
NATIVE_AVX512_FUNCTION(estimated_reciprocal_root, rsqrt14_ps)
// The exponent of x as a number: floor(log2(|x|)), of zero and infinities -inf and inf.
NATIVE_AVX512_FUNCTION(exponent_of, getexp_ps)
// x divided by the power of two that brings it to [0.75, 1.5); 1 for zero and inf, NaN for what is negative.
NATIVE_AVX512_FUNCTION(mantissa_of, getmant_ps, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan)

#undef NATIVE_AVX512_FUNCTION

// y times 2^k, rounded once whatever comes of it.
template <size_t kLanes>
HWY_INLINE hn::Vec128<float, kLanes> scaled(hn::Vec128<float, kLanes> y,
                                            hn::Vec128<float, kLanes> k) {
    return hn::Vec128<float, kLanes>{_mm_scalef_ps(y.raw, k.raw)};
}
HWY_INLINE hn::Vec256<float> scaled(hn::Vec256<float> y, hn::Vec256<float> k) {
    return hn::Vec256<float>{_mm256_scalef_ps(y.raw, k.raw)};
}
HWY_INLINE hn::Vec512<float> scaled(hn::Vec512<float> y, hn::Vec512<float> k) {
    return hn::Vec512<float>{_mm512_scalef_ps(y.raw, k.raw)};
}

}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();
#endif

#endif
