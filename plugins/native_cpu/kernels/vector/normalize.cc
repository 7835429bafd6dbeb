// The inner loops of batch and layer normalization with Highway.
#include "kernels/vector/normalize.h"

#include <algorithm>

#include "kernels/vector/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/vector/normalize.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace native::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls f(tag, j) for every vector of n elements, then f with tags of one lane for the rest.
template <class T, class F>
HWY_INLINE void for_vectors(int64_t n, F&& f) {
    const hn::ScalableTag<T> d;
    const hn::CappedTag<T, 1> d1;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    int64_t j = 0;
    for (; j + lanes <= n; j += lanes) {
        f(d, j);
    }
    for (; j < n; ++j) {
        f(d1, j);
    }
}

// The sum of f(tag, j) over a block: four chains of vectors.
template <class T, class F>
HWY_INLINE T sum_block(int64_t begin, int64_t n, F&& f) {
    const hn::ScalableTag<T> d;
    const hn::CappedTag<T, 1> d1;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    auto s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0;
    int64_t j = begin;
    const int64_t end = begin + n;
    for (; j + 4 * lanes <= end; j += 4 * lanes) {
        s0 = hn::Add(s0, f(d, j));
        s1 = hn::Add(s1, f(d, j + lanes));
        s2 = hn::Add(s2, f(d, j + 2 * lanes));
        s3 = hn::Add(s3, f(d, j + 3 * lanes));
    }
    for (; j + lanes <= end; j += lanes) {
        s0 = hn::Add(s0, f(d, j));
    }
    T total = hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(s0, s1), hn::Add(s2, s3))));
    for (; j < end; ++j) {
        total += hn::GetLane(f(d1, j));
    }
    return total;
}

template <class T, class F>
T sum_pairwise(int64_t begin, int64_t n, const F& f) {
    constexpr int64_t kBlock = 1024;
    if (n <= kBlock) {
        return sum_block<T>(begin, n, f);
    }
    const int64_t half = (n / 2 + kBlock - 1) / kBlock * kBlock;
    return sum_pairwise<T>(begin, half, f) + sum_pairwise<T>(begin + half, n - half, f);
}

template <class T>
T squares(const T* x, int64_t n, T mean) {
    return sum_pairwise<T>(0, n, [=](auto d, int64_t j) HWY_ATTR {
        const auto v = hn::Sub(hn::LoadU(d, x + j), hn::Set(d, mean));
        return hn::Mul(v, v);
    });
}

template <class T>
T products(const T* x, const T* g, int64_t n, T mean) {
    return sum_pairwise<T>(0, n, [=](auto d, int64_t j) HWY_ATTR {
        return hn::Mul(hn::LoadU(d, g + j), hn::Sub(hn::LoadU(d, x + j), hn::Set(d, mean)));
    });
}

template <class T>
void apply(const T* x, int64_t n, T mean, T scale, T shift, T* y) {
    for_vectors<T>(n, [=](auto d, int64_t j) HWY_ATTR {
        const auto v = hn::Sub(hn::LoadU(d, x + j), hn::Set(d, mean));
        hn::StoreU(hn::MulAdd(v, hn::Set(d, scale), hn::Set(d, shift)), d, y + j);
    });
}

template <class T>
void gradient(const T* x, const T* g, int64_t n, T mean, T offset, T slope, T scale, T* y) {
    for_vectors<T>(n, [=](auto d, int64_t j) HWY_ATTR {
        const auto v = hn::Sub(hn::LoadU(d, x + j), hn::Set(d, mean));
        const auto centred = hn::Sub(hn::LoadU(d, g + j), hn::Set(d, offset));
        hn::StoreU(
            hn::Mul(hn::NegMulAdd(v, hn::Set(d, slope), centred), hn::Set(d, scale)), d, y + j);
    });
}

template <class T>
void row_squares(const T* x, int64_t n, const T* mean, T* acc) {
    for_vectors<T>(n, [=](auto d, int64_t j) HWY_ATTR {
        const auto v = hn::Sub(hn::LoadU(d, x + j), hn::LoadU(d, mean + j));
        hn::StoreU(hn::MulAdd(v, v, hn::LoadU(d, acc + j)), d, acc + j);
    });
}

template <class T>
void row_products(const T* x, const T* g, int64_t n, const T* mean, T* acc) {
    for_vectors<T>(n, [=](auto d, int64_t j) HWY_ATTR {
        const auto v = hn::Sub(hn::LoadU(d, x + j), hn::LoadU(d, mean + j));
        hn::StoreU(hn::MulAdd(v, hn::LoadU(d, g + j), hn::LoadU(d, acc + j)), d, acc + j);
    });
}

template <class T>
void row_apply(const T* x, int64_t n, const T* mean, const T* scale, const T* shift, T* y) {
    for_vectors<T>(n, [=](auto d, int64_t j) HWY_ATTR {
        const auto v = hn::Sub(hn::LoadU(d, x + j), hn::LoadU(d, mean + j));
        hn::StoreU(hn::MulAdd(v, hn::LoadU(d, scale + j), hn::LoadU(d, shift + j)), d, y + j);
    });
}

template <class T>
void row_gradient(const T* x,
                  const T* g,
                  int64_t n,
                  const T* mean,
                  const T* offset,
                  const T* slope,
                  const T* scale,
                  T* y) {
    for_vectors<T>(n, [=](auto d, int64_t j) HWY_ATTR {
        const auto v = hn::Sub(hn::LoadU(d, x + j), hn::LoadU(d, mean + j));
        const auto centred = hn::Sub(hn::LoadU(d, g + j), hn::LoadU(d, offset + j));
        const auto rest = hn::NegMulAdd(v, hn::LoadU(d, slope + j), centred);
        hn::StoreU(hn::Mul(rest, hn::LoadU(d, scale + j)), d, y + j);
    });
}

template <class T>
void scale_and_shift(const T* x, int64_t n, T mean, T scale, const T* factor, const T* term, T* y) {
    for_vectors<T>(n, [=](auto d, int64_t j) HWY_ATTR {
        const auto v = hn::Sub(hn::LoadU(d, x + j), hn::Set(d, mean));
        const auto scaled = hn::Mul(v, hn::Set(d, scale));
        hn::StoreU(hn::MulAdd(scaled, hn::LoadU(d, factor + j), hn::LoadU(d, term + j)), d, y + j);
    });
}

template <class T>
void weigh(const T* g, int64_t n, const T* factor, T* y) {
    for_vectors<T>(n, [=](auto d, int64_t j) HWY_ATTR {
        hn::StoreU(hn::Mul(hn::LoadU(d, g + j), hn::LoadU(d, factor + j)), d, y + j);
    });
}

template <class T>
void add_products(const T* x, const T* g, int64_t n, T mean, T scale, T* acc) {
    for_vectors<T>(n, [=](auto d, int64_t j) HWY_ATTR {
        const auto v = hn::Sub(hn::LoadU(d, x + j), hn::Set(d, mean));
        const auto scaled = hn::Mul(v, hn::Set(d, scale));
        hn::StoreU(hn::MulAdd(scaled, hn::LoadU(d, g + j), hn::LoadU(d, acc + j)), d, acc + j);
    });
}

template <class T>
const NormalizeKernels<T>* kernels() {
    static constexpr NormalizeKernels<T> kKernels = {squares<T>,
                                                     products<T>,
                                                     apply<T>,
                                                     gradient<T>,
                                                     row_squares<T>,
                                                     row_products<T>,
                                                     row_apply<T>,
                                                     row_gradient<T>,
                                                     scale_and_shift<T>,
                                                     weigh<T>,
                                                     add_products<T>};
    return &kKernels;
}
const NormalizeKernels<float>* normalize_kernels_f32() { return kernels<float>(); }
const NormalizeKernels<double>* normalize_kernels_f64() { return kernels<double>(); }

}  // namespace native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(normalize_kernels_f32);
HWY_EXPORT(normalize_kernels_f64);

template <>
const NormalizeKernels<float>& normalize_kernels() {
    return *HWY_DYNAMIC_DISPATCH(normalize_kernels_f32)();
}
template <>
const NormalizeKernels<double>& normalize_kernels() {
    return *HWY_DYNAMIC_DISPATCH(normalize_kernels_f64)();
}
}  // namespace native
#endif
