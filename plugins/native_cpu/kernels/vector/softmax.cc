// Softmax and its gradient: the maximum is subtracted first, so nothing overflows; NaN makes a whole row NaN.
#include "kernels/vector/softmax.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/vector/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/vector/softmax.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/math_loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls f(j, mask) for all vectors of n elements; the mask says which lanes count.
template <class D, class F>
HWY_INLINE void for_vectors(D d, int64_t n, F&& f) {
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    const auto all = hn::FirstN(d, static_cast<size_t>(lanes));
    int64_t j = 0;
    for (; j + lanes <= n; j += lanes) {
        f(
            j,
            all,
            [](auto tag, const auto* p, auto) HWY_ATTR { return hn::LoadU(tag, p); },
            [](auto v, auto tag, auto* p, auto) HWY_ATTR { hn::StoreU(v, tag, p); });
    }
    if (j < n) {
        f(
            j,
            hn::FirstN(d, static_cast<size_t>(n - j)),
            [](auto tag, const auto* p, auto mask)
                HWY_ATTR { return hn::MaskedLoad(mask, tag, p); },
            [](auto v, auto tag, auto* p, auto mask)
                HWY_ATTR { hn::BlendedStore(v, mask, tag, p); });
    }
}

// The greater one; NaN if either is.
template <class V>
HWY_INLINE V greater(V acc, V x) {
    return hn::IfThenElse(hn::Or(hn::Gt(x, acc), hn::IsNaN(x)), x, acc);
}

template <class D, class T = hn::TFromD<D>>
HWY_INLINE T greatest(D d, const T* x, int64_t n) {
    constexpr T kLowest = -std::numeric_limits<T>::infinity();
    auto acc = hn::Set(d, kLowest);
    for_vectors(d, n, [&](int64_t j, auto mask, auto load, auto) HWY_ATTR {
        acc = greater(acc, hn::IfThenElse(mask, load(d, x + j, mask), hn::Set(d, kLowest)));
    });
    HWY_ALIGN T lanes[HWY_MAX_BYTES / sizeof(T)];
    hn::Store(acc, d, lanes);
    T best = lanes[0];
    for (size_t i = 1; i < hn::Lanes(d); ++i) {
        best = lanes[i] > best || lanes[i] != lanes[i] ? lanes[i] : best;
    }
    return best;
}

// A row that fits one vector.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE void softmax_vector(D d, const T* x, int64_t n, T* y, bool logarithm) {
    const bool is_full = n == static_cast<int64_t>(hn::Lanes(d));
    const auto mask = hn::FirstN(d, static_cast<size_t>(n));
    const auto v = is_full ? hn::LoadU(d, x) : hn::MaskedLoad(mask, d, x);
    const auto is_nan = hn::And(mask, hn::IsNaN(v));
    const auto shifts = hn::AllFalse(d, is_nan)
                            ? hn::MaxOfLanes(d, hn::IfThenElse(mask, v, hn::Neg(hn::Inf(d))))
                            : hn::NaN(d);
    const auto shifted = hn::Sub(v, shifts);
    const auto e = hn::IfThenElseZero(mask, exp_of(d, shifted));
    const auto totals = hn::SumOfLanes(d, e);
    const auto result = logarithm ? hn::Sub(shifted, hn::Set(d, std::log(hn::GetLane(totals))))
                                  : hn::Div(e, totals);
    if (is_full) {
        hn::StoreU(result, d, y);
    } else {
        hn::BlendedStore(result, mask, d, y);
    }
}

template <class T>
void softmax_row(const T* x, int64_t n, T* y, bool logarithm) {
    const hn::ScalableTag<T> d;
    const hn::CappedTag<T, 4> d4;
    if (n <= static_cast<int64_t>(hn::Lanes(d4))) {
        softmax_vector(d4, x, n, y, logarithm);
        return;
    }
    if (n <= static_cast<int64_t>(hn::Lanes(d))) {
        softmax_vector(d, x, n, y, logarithm);
        return;
    }
    const T shift = greatest(d, x, n);
    const auto shifts = hn::Set(d, shift);
    // Blocks keep the chains of additions short.
    constexpr int64_t kBlock = 1024;
    T total = 0;
    for (int64_t i = 0; i < n; i += kBlock) {
        auto sum = hn::Zero(d);
        for_vectors(
            d, std::min(kBlock, n - i), [&](int64_t j, auto mask, auto load, auto store) HWY_ATTR {
                const auto e = exp_of(d, hn::Sub(load(d, x + i + j, mask), shifts));
                sum = hn::Add(sum, hn::IfThenElseZero(mask, e));
                if (!logarithm) {
                    store(e, d, y + i + j, mask);
                }
            });
        total += hn::GetLane(hn::SumOfLanes(d, sum));
    }
    if (logarithm) {
        const auto log_total = hn::Set(d, std::log(total));
        for_vectors(d, n, [&](int64_t j, auto mask, auto load, auto store) HWY_ATTR {
            store(hn::Sub(hn::Sub(load(d, x + j, mask), shifts), log_total), d, y + j, mask);
        });
    } else {
        // A division each would take as long as the rest.
        const auto factor = hn::Set(d, 1 / total);
        for_vectors(d, n, [&](int64_t j, auto mask, auto load, auto store) HWY_ATTR {
            store(hn::Mul(load(d, y + j, mask), factor), d, y + j, mask);
        });
    }
}

template <class T>
void softmax_columns(const T* x, int64_t stride, int64_t rows, int64_t n, T* y, bool logarithm) {
    const hn::ScalableTag<T> d;
    constexpr int64_t kColumns = SoftmaxKernels<T>::kColumns;
    HWY_ALIGN T shift[kColumns], total[kColumns];
    std::copy(x, x + n, shift);
    std::fill(total, total + n, T(0));
    for (int64_t r = 1; r < rows; ++r) {
        for_vectors(d, n, [&](int64_t j, auto mask, auto load, auto store) HWY_ATTR {
            store(greater(load(d, shift + j, mask), load(d, x + r * stride + j, mask)),
                  d,
                  shift + j,
                  mask);
        });
    }
    for (int64_t r = 0; r < rows; ++r) {
        for_vectors(d, n, [&](int64_t j, auto mask, auto load, auto store) HWY_ATTR {
            const auto e =
                exp_of(d, hn::Sub(load(d, x + r * stride + j, mask), load(d, shift + j, mask)));
            store(hn::Add(load(d, total + j, mask), e), d, total + j, mask);
            if (!logarithm) {
                store(e, d, y + r * stride + j, mask);
            }
        });
    }
    for (int64_t j = 0; j < n; ++j) {
        total[j] = logarithm ? std::log(total[j]) : 1 / total[j];
    }
    for (int64_t r = 0; r < rows; ++r) {
        for_vectors(d, n, [&](int64_t j, auto mask, auto load, auto store) HWY_ATTR {
            T* to = y + r * stride + j;
            if (logarithm) {
                const auto shifted =
                    hn::Sub(load(d, x + r * stride + j, mask), load(d, shift + j, mask));
                store(hn::Sub(shifted, load(d, total + j, mask)), d, to, mask);
            } else {
                store(hn::Mul(load(d, to, mask), load(d, total + j, mask)), d, to, mask);
            }
        });
    }
}

// What is added up along the axis, of gy and y.
template <bool logarithm, class V>
HWY_INLINE V term_of(V y, V g) {
    return logarithm ? g : hn::Mul(g, y);
}

template <bool logarithm, class D, class V>
HWY_INLINE V gradient_of(D d, V y, V g, V total) {
    if constexpr (logarithm) {
        return hn::NegMulAdd(exp_of(d, y), total, g);
    } else {
        return hn::Mul(y, hn::Sub(g, total));
    }
}

template <bool logarithm, class T>
void row_gradient(const T* y, const T* gy, int64_t n, T* gx) {
    const hn::ScalableTag<T> d;
    constexpr int64_t kBlock = 1024;
    T total = 0;
    for (int64_t i = 0; i < n; i += kBlock) {
        auto sum = hn::Zero(d);
        for_vectors(
            d, std::min(kBlock, n - i), [&](int64_t j, auto mask, auto load, auto) HWY_ATTR {
                const auto term =
                    term_of<logarithm>(load(d, y + i + j, mask), load(d, gy + i + j, mask));
                sum = hn::Add(sum, hn::IfThenElseZero(mask, term));
            });
        total += hn::GetLane(hn::SumOfLanes(d, sum));
    }
    const auto totals = hn::Set(d, total);
    for_vectors(d, n, [&](int64_t j, auto mask, auto load, auto store) HWY_ATTR {
        const auto v = load(d, y + j, mask), g = load(d, gy + j, mask);
        store(gradient_of<logarithm>(d, v, g, totals), d, gx + j, mask);
    });
}

template <bool logarithm, class T>
void columns_gradient(const T* y, const T* gy, int64_t stride, int64_t rows, int64_t n, T* gx) {
    const hn::ScalableTag<T> d;
    HWY_ALIGN T total[SoftmaxKernels<T>::kColumns];
    std::fill(total, total + n, T(0));
    for (int64_t r = 0; r < rows; ++r) {
        for_vectors(d, n, [&](int64_t j, auto mask, auto load, auto store) HWY_ATTR {
            const int64_t at = r * stride + j;
            const auto term = term_of<logarithm>(load(d, y + at, mask), load(d, gy + at, mask));
            store(hn::Add(load(d, total + j, mask), term), d, total + j, mask);
        });
    }
    for (int64_t r = 0; r < rows; ++r) {
        for_vectors(d, n, [&](int64_t j, auto mask, auto load, auto store) HWY_ATTR {
            const int64_t at = r * stride + j;
            const auto v = load(d, y + at, mask), g = load(d, gy + at, mask);
            store(gradient_of<logarithm>(d, v, g, load(d, total + j, mask)), d, gx + at, mask);
        });
    }
}

template <class T>
void softmax_row_grad(const T* y, const T* gy, int64_t n, T* gx, bool logarithm) {
    logarithm ? row_gradient<true>(y, gy, n, gx) : row_gradient<false>(y, gy, n, gx);
}

template <class T>
void softmax_columns_grad(
    const T* y, const T* gy, int64_t stride, int64_t rows, int64_t n, T* gx, bool logarithm) {
    logarithm ? columns_gradient<true>(y, gy, stride, rows, n, gx)
              : columns_gradient<false>(y, gy, stride, rows, n, gx);
}

template <class T>
void scaled_exp(const T* x, int64_t n, T factor, T* y) {
    const hn::ScalableTag<T> d;
    for_vectors(d, n, [&](int64_t j, auto mask, auto load, auto store) HWY_ATTR {
        store(hn::Mul(exp_of(d, load(d, x + j, mask)), hn::Set(d, factor)), d, y + j, mask);
    });
}

template <class T>
const SoftmaxKernels<T>* kernels() {
    static constexpr SoftmaxKernels<T> kKernels = {softmax_row<T>,
                                                   softmax_columns<T>,
                                                   softmax_row_grad<T>,
                                                   softmax_columns_grad<T>,
                                                   scaled_exp<T>};
    return &kKernels;
}
const SoftmaxKernels<float>* softmax_kernels_f32() { return kernels<float>(); }
const SoftmaxKernels<double>* softmax_kernels_f64() { return kernels<double>(); }

}  // namespace native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(softmax_kernels_f32);
HWY_EXPORT(softmax_kernels_f64);

template <>
const SoftmaxKernels<float>& softmax_kernels() {
    return *HWY_DYNAMIC_DISPATCH(softmax_kernels_f32)();
}
template <>
const SoftmaxKernels<double>& softmax_kernels() {
    return *HWY_DYNAMIC_DISPATCH(softmax_kernels_f64)();
}
}  // namespace native
#endif
