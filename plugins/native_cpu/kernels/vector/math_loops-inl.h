// Templates of contiguous loops over Highway vectors for mathematical functions, compiled once per
// instruction set.
#if defined(NATIVE_VECTOR_MATH_LOOPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NATIVE_VECTOR_MATH_LOOPS_INL_H_
#undef NATIVE_VECTOR_MATH_LOOPS_INL_H_
#else
#define NATIVE_VECTOR_MATH_LOOPS_INL_H_
#endif

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "kernels/vector/avx512-inl.h"
#include "loop_table.h"
#include "scalar_types.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class D>
using MaskOf = hn::Mask<D>;

// What a function's struct Op provides:
//   apply(d, x)     the function of a vector
//   special(d, x)   lanes where apply is wrong or not accurate; by default none
//   scalar(x)       the function of one such lane
struct NothingSpecial {
    static constexpr bool kHasSpecial = false;
};
struct HasSpecial {
    static constexpr bool kHasSpecial = true;
};

template <class T>
inline constexpr size_t kMaxLanes = HWY_MAX_BYTES / sizeof(T);

// Replaces the special lanes of y by what the C library says.
template <class Op, class D, class V>
HWY_NOINLINE V fix_lanes(D d, hn::VecArg<V> x, hn::VecArg<V> y) {
    using T = hn::TFromD<D>;
    HWY_ALIGN T operands[kMaxLanes<T>];
    HWY_ALIGN T results[kMaxLanes<T>];
    uint8_t bits[8] = {};
    hn::Store(x, d, operands);
    hn::Store(y, d, results);
    hn::StoreMaskBits(d, Op::special(d, x), bits);
    for (size_t i = 0; i < hn::Lanes(d); ++i) {
        if ((bits[i / 8] >> (i % 8) & 1) != 0) {
            results[i] = Op::scalar(operands[i]);
        }
    }
    return hn::Load(d, results);
}

template <class Op, class D, class V>
HWY_INLINE V apply_everywhere(D d, V x) {
    V y = Op::apply(d, x);
    if constexpr (Op::kHasSpecial) {
        if (HWY_UNLIKELY(!hn::AllFalse(d, Op::special(d, x)))) {
            y = fix_lanes<Op, D, V>(d, x, y);
        }
    }
    return y;
}

// The last vector overlaps the one before; fewer elements than a vector are halves or single ones.
template <class Op, class D, class T = hn::TFromD<D>>
HWY_INLINE void math_run(D d, const T* x, int64_t n, T* y) {
    constexpr size_t kMost = hn::MaxLanes(D());
    const auto lanes = static_cast<int64_t>(hn::Lanes(d));
    if (n >= lanes) {
        // Read before y, which may be x, is written.
        const auto last = hn::LoadU(d, x + n - lanes);
        for (int64_t i = 0; i + lanes < n; i += lanes) {
            hn::StoreU(apply_everywhere<Op>(d, hn::LoadU(d, x + i)), d, y + i);
        }
        hn::StoreU(apply_everywhere<Op>(d, last), d, y + n - lanes);
    } else if constexpr (kMost > 1) {
        math_run<Op>(hn::CappedTag<T, kMost / 2>(), x, n, y);
    }
}

template <class Op, class T>
void math_loop(const void* a, const void*, const void*, void* out, int64_t n) {
    math_run<Op>(hn::ScalableTag<T>(), static_cast<const T*>(a), n, static_cast<T*>(out));
}

template <class Op, class T>
void set_math(LoopTable& table, int opcode) {
    table.ops[opcode][type_code_of<T>].variants[kArrays] = math_loop<Op, T>;
}

template <class Op>
void set_math(LoopTable& table, int opcode) {
    set_math<Op, float>(table, opcode);
    set_math<Op, double>(table, opcode);
}

template <class D>
inline constexpr bool is_single_v = sizeof(hn::TFromD<D>) == 4;

// A constant that differs between float and double.
template <class D>
HWY_INLINE hn::Vec<D> either(D d, double single_value, double double_value) {
    return hn::Set(d, static_cast<hn::TFromD<D>>(is_single_v<D> ? single_value : double_value));
}

template <class D, class V>
HWY_INLINE V keep_nan(D, V x, V y) {
    return hn::IfThenElse(hn::IsNaN(x), x, y);
}

#if HWY_TARGET <= HWY_AVX3
// exp(x) = 2^k (1 + rest) from -110 to 100, with the polynomial of expf in Cephes (S. Moshier, 1989) for
// exp(r) - 1, |r| <= ln(2) / 2.
template <class V>
struct ExpParts {
    V k, rest;
};
template <class D, class V>
HWY_INLINE ExpParts<V> exp_parts(D d, V x) {
    const auto set = [d](double value) { return hn::Set(d, static_cast<float>(value)); };
    const V k = hn::Round(hn::Mul(x, set(1.44269504088896341)));
    V r = hn::NegMulAdd(k, set(0.693359375), x);
    r = hn::NegMulAdd(k, set(-2.12194440e-4), r);
    V sum = set(1.9875691500e-4);
    for (const double coefficient :
         {1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1}) {
        sum = hn::MulAdd(sum, r, set(coefficient));
    }
    return {k, hn::MulAdd(sum, hn::Mul(r, r), r)};
}
#endif

// e to the power of x for all x.
template <class D, class V>
HWY_INLINE V exp_of(D d, V x) {
#if HWY_TARGET <= HWY_AVX3
    if constexpr (is_single_v<D>) {
        // NaN is the second operand's, which is kept.
        const V bounded = hn::Max(hn::Set(d, -110.0f), hn::Min(hn::Set(d, 100.0f), x));
        const auto [k, rest] = exp_parts(d, bounded);
        return scaled(hn::Add(rest, hn::Set(d, 1.0f)), k);
    }
#endif
    const V low = either(d, -110, -760);
    const V high = either(d, 100, 720);
    return keep_nan(d, x, hn::Exp(d, hn::Min(hn::Max(x, low), high)));
}

}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#endif
