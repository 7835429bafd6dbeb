// Loops of the square root, which is rounded correctly.
#include <cstdint>

#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/root_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/math_loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

#if HWY_TARGET <= HWY_AVX3
// The processor's instruction takes longer than refining its estimate of 1 / sqrt(x), whose last step rounds
// as the instruction does (P. Markstein, "Computation of elementary functions on the IBM RISC System/6000
// processor", 1990): tried for all floats of [1, 4) with estimates off by up to 2^-13.
template <class D, class V>
HWY_INLINE V root_of_single(D d, V x) {
    const hn::RebindToUnsigned<D> du;
    constexpr uint32_t kInfinity = 255u << 23, kLeast = (127u - 100) << 23;
    // Of smaller numbers the remainder x - root^2 may not be representable.
    const auto offset = hn::Sub(hn::BitCast(du, x), hn::Set(du, kLeast));
    const auto ordinary = hn::Lt(offset, hn::Set(du, kInfinity - kLeast));
    if (HWY_UNLIKELY(!hn::AllTrue(du, ordinary))) {
        return hn::Sqrt(x);
    }
    const V half = hn::Set(d, 0.5f);
    const V estimate = estimated_reciprocal_root(x);
    V root = hn::Mul(x, estimate);
    V half_reciprocal = hn::Mul(half, estimate);
    const V error = hn::NegMulAdd(root, half_reciprocal, half);
    root = hn::MulAdd(root, error, root);
    half_reciprocal = hn::MulAdd(half_reciprocal, error, half_reciprocal);
    return hn::MulAdd(hn::NegMulAdd(root, root, x), half_reciprocal, root);
}
#endif

struct Sqrt : NothingSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
#if HWY_TARGET <= HWY_AVX3
        if constexpr (is_single_v<D>) {
            return root_of_single(d, x);
        }
#endif
        static_cast<void>(d);
        return hn::Sqrt(x);
    }
};

void fill(LoopTable& table) { set_math<Sqrt>(table, CHX_OPCODE_SQRT); }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(fill);
void fill_root_loops(LoopTable& table) { HWY_DYNAMIC_DISPATCH(fill)(table); }
}  // namespace native
#endif
