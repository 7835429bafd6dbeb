// Reductions of contiguous elements with Highway: eight vector accumulators per block, blocks added
// pairwise.
#include "kernels/vector/reduce.h"

#include <algorithm>
#include <limits>

// Bound by memory; besides, products of eight 64-bit lanes are wrong as g++ 12 compiles them for AVX-512.
#define NATIVE_WITHOUT_AVX512
#include "kernels/vector/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/vector/reduce.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace native::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Signed integers are added and multiplied as unsigned ones, since they wrap around.
struct Sum {
    template <class V>
    static HWY_INLINE V vector(V a, V b) {
        return hn::Add(a, b);
    }
    template <class T>
    static HWY_INLINE T scalar(T a, T b) {
        return a + b;
    }
    static HWY_INLINE int64_t scalar(int64_t a, int64_t b) {
        return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
    }
};

struct Prod {
    template <class V>
    static HWY_INLINE V vector(V a, V b) {
        return hn::Mul(a, b);
    }
    template <class T>
    static HWY_INLINE T scalar(T a, T b) {
        return a * b;
    }
    static HWY_INLINE int64_t scalar(int64_t a, int64_t b) {
        return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
    }
};

template <bool greatest>
struct Extreme {
    template <class V>
    static HWY_INLINE V vector(V acc, V x) {
        const auto better = greatest ? hn::Gt(x, acc) : hn::Lt(x, acc);
        if constexpr (hwy::IsFloat<hn::TFromV<V>>()) {
            return hn::IfThenElse(hn::Or(better, hn::IsNaN(x)), x, acc);
        } else {
            return hn::IfThenElse(better, x, acc);
        }
    }
    template <class T>
    static HWY_INLINE T scalar(T acc, T x) {
        return (greatest ? x > acc : x < acc) || x != x ? x : acc;
    }
};

// Reduces n >= 8 vectors' worth of x to one vector, in eight independent chains. Returns how far it
// got.
template <class Op, class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> block_vector(D d, const T* x, int64_t n, int64_t& done) {
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    auto a0 = hn::LoadU(d, x), a1 = hn::LoadU(d, x + lanes);
    auto a2 = hn::LoadU(d, x + 2 * lanes), a3 = hn::LoadU(d, x + 3 * lanes);
    auto a4 = hn::LoadU(d, x + 4 * lanes), a5 = hn::LoadU(d, x + 5 * lanes);
    auto a6 = hn::LoadU(d, x + 6 * lanes), a7 = hn::LoadU(d, x + 7 * lanes);
    int64_t i = 8 * lanes;
    for (; i + 8 * lanes <= n; i += 8 * lanes) {
        a0 = Op::vector(a0, hn::LoadU(d, x + i));
        a1 = Op::vector(a1, hn::LoadU(d, x + i + lanes));
        a2 = Op::vector(a2, hn::LoadU(d, x + i + 2 * lanes));
        a3 = Op::vector(a3, hn::LoadU(d, x + i + 3 * lanes));
        a4 = Op::vector(a4, hn::LoadU(d, x + i + 4 * lanes));
        a5 = Op::vector(a5, hn::LoadU(d, x + i + 5 * lanes));
        a6 = Op::vector(a6, hn::LoadU(d, x + i + 6 * lanes));
        a7 = Op::vector(a7, hn::LoadU(d, x + i + 7 * lanes));
    }
    for (; i + lanes <= n; i += lanes) {
        a0 = Op::vector(a0, hn::LoadU(d, x + i));
    }
    done = i;
    a0 = Op::vector(Op::vector(a0, a1), Op::vector(a2, a3));
    return Op::vector(a0, Op::vector(Op::vector(a4, a5), Op::vector(a6, a7)));
}

template <class Op, class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> few_vectors(D d, const T* x, int64_t n, int64_t& done) {
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    auto a0 = hn::LoadU(d, x);
    int64_t i = lanes;
    for (; i + lanes <= n; i += lanes) {
        a0 = Op::vector(a0, hn::LoadU(d, x + i));
    }
    done = i;
    return a0;
}

// Folds lanes[0 .. n - 1] into lanes[0 .. period - 1]; n is a power of two.
template <class Op, int n, int period, class T>
HWY_INLINE void fold(T* lanes) {
    if constexpr (n > period) {
#pragma GCC unroll 32
        for (int i = 0; i < n / 2; ++i) {
            lanes[i] = Op::scalar(lanes[i], lanes[i + n / 2]);
        }
        fold<Op, n / 2, period>(lanes);
    }
}

// Reduces n > 0 elements to out[0 .. period - 1], elements i with equal i % period going together;
// period 2 is for the parts of complex numbers.
template <class Op, int period, class T>
void reduce_block(const T* x, int64_t n, T* out) {
    const hn::ScalableTag<T> d;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    int64_t done = period;
    if (lanes >= period && n >= lanes) {
        HWY_ALIGN T folded[HWY_MAX_BYTES / sizeof(T)];
        hn::Store(n < 8 * lanes ? few_vectors<Op>(d, x, n, done) : block_vector<Op>(d, x, n, done),
                  d,
                  folded);
        fold<Op, static_cast<int>(hn::MaxLanes(d)), period>(folded);
        std::copy(folded, folded + period, out);
    } else {
        std::copy(x, x + period, out);
    }
    for (; done < n; done += period) {
        for (int p = 0; p < period; ++p) {
            out[p] = Op::scalar(out[p], x[done + p]);
        }
    }
}

// Small enough for short chains within a block, large enough to make the recursion above it cheap.
constexpr int64_t kBlock = 1024;

template <class Op, int period, class T>
void reduce_pairwise(const T* x, int64_t n, T* out) {
    if (n <= kBlock) {
        reduce_block<Op, period>(x, n, out);
        return;
    }
    const int64_t half = (n / 2 + kBlock - 1) / kBlock * kBlock;
    T right[period];
    reduce_pairwise<Op, period>(x, half, out);
    reduce_pairwise<Op, period>(x + half, n - half, right);
    for (int p = 0; p < period; ++p) {
        out[p] = Op::scalar(out[p], right[p]);
    }
}

template <class Op, class T>
HWY_INLINE T row(const T* x, int64_t n) {
    T out;
    if (n < 8) {
        out = x[0];
        for (int64_t i = 1; i < n; ++i) {
            out = Op::scalar(out, x[i]);
        }
        return out;
    }
    if (n <= kBlock) {
        reduce_block<Op, 1>(x, n, &out);
        return out;
    }
    reduce_pairwise<Op, 1>(x, n, &out);
    return out;
}

template <auto reduce_row, class T>
void rows(const T* x, int64_t stride, int64_t n_rows, int64_t n, T* out) {
    for (int64_t r = 0; r < n_rows; ++r) {
        out[r] = reduce_row(x + r * stride, n);
    }
}

template <class T>
std::complex<T> sum_row_complex(const std::complex<T>* x, int64_t n) {
    T out[2];
    reduce_pairwise<Sum, 2>(reinterpret_cast<const T*>(x), 2 * n, out);
    return {out[0], out[1]};
}

// For products without vector instructions: four chains.
template <class T>
T prod_row(const T* x, int64_t n) {
    T a[4] = {T(1), T(1), T(1), T(1)};
    int64_t i = 0;
    for (; i + 4 <= n; i += 4) {
        for (int k = 0; k < 4; ++k) {
            a[k] = Prod::scalar(a[k], x[i + k]);
        }
    }
    for (; i < n; ++i) {
        a[0] = Prod::scalar(a[0], x[i]);
    }
    return Prod::scalar(Prod::scalar(a[0], a[1]), Prod::scalar(a[2], a[3]));
}

template <class T>
void prod_columns(T* acc, const T* x, int64_t stride, int64_t rows, int64_t n) {
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t j = 0; j < n; ++j) {
            acc[j] = Prod::scalar(acc[j], x[r * stride + j]);
        }
    }
}

template <class Op, class T>
void columns(T* acc, const T* x, int64_t stride, int64_t rows, int64_t n) {
    const hn::ScalableTag<T> d;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    int64_t r = 0;
    for (; r + 4 <= rows; r += 4) {
        const T *x0 = x + r * stride, *x1 = x0 + stride, *x2 = x1 + stride, *x3 = x2 + stride;
        int64_t j = 0;
        for (; j + lanes <= n; j += lanes) {
            const auto left = Op::vector(hn::LoadU(d, x0 + j), hn::LoadU(d, x1 + j));
            const auto right = Op::vector(hn::LoadU(d, x2 + j), hn::LoadU(d, x3 + j));
            hn::StoreU(Op::vector(hn::LoadU(d, acc + j), Op::vector(left, right)), d, acc + j);
        }
        for (; j < n; ++j) {
            const T left = Op::scalar(x0[j], x1[j]);
            acc[j] = Op::scalar(acc[j], Op::scalar(left, Op::scalar(x2[j], x3[j])));
        }
    }
    for (; r < rows; ++r) {
        const T* x0 = x + r * stride;
        int64_t j = 0;
        for (; j + lanes <= n; j += lanes) {
            hn::StoreU(Op::vector(hn::LoadU(d, acc + j), hn::LoadU(d, x0 + j)), d, acc + j);
        }
        for (; j < n; ++j) {
            acc[j] = Op::scalar(acc[j], x0[j]);
        }
    }
}

template <class T>
void sum_columns_complex(
    std::complex<T>* acc, const std::complex<T>* x, int64_t stride, int64_t rows, int64_t n) {
    columns<Sum>(reinterpret_cast<T*>(acc), reinterpret_cast<const T*>(x), 2 * stride, rows, 2 * n);
}

template <class T>
const ReduceKernels<T>* float_kernels() {
    static constexpr ReduceKernels<T> kKernels = {
        {row<Sum, T>, row<Prod, T>, row<Extreme<true>, T>, row<Extreme<false>, T>},
        {rows<row<Sum, T>, T>,
         rows<row<Prod, T>, T>,
         rows<row<Extreme<true>, T>, T>,
         rows<row<Extreme<false>, T>, T>},
        {columns<Sum, T>, columns<Prod, T>, columns<Extreme<true>, T>, columns<Extreme<false>, T>}};
    return &kKernels;
}

template <class T>
const ReduceKernels<T>* int_kernels() {
    static constexpr ReduceKernels<T> kKernels = {
        {row<Sum, T>, prod_row<T>, row<Extreme<true>, T>, row<Extreme<false>, T>},
        {rows<row<Sum, T>, T>,
         rows<prod_row<T>, T>,
         rows<row<Extreme<true>, T>, T>,
         rows<row<Extreme<false>, T>, T>},
        {columns<Sum, T>, prod_columns<T>, columns<Extreme<true>, T>, columns<Extreme<false>, T>}};
    return &kKernels;
}

template <class T>
const ReduceKernels<std::complex<T>>* complex_kernels() {
    static constexpr ReduceKernels<std::complex<T>> kKernels = {
        {sum_row_complex<T>, prod_row<std::complex<T>>, nullptr, nullptr},
        {rows<sum_row_complex<T>, std::complex<T>>,
         rows<prod_row<std::complex<T>>, std::complex<T>>,
         nullptr,
         nullptr},
        {sum_columns_complex<T>, prod_columns<std::complex<T>>, nullptr, nullptr}};
    return &kKernels;
}

const ReduceKernels<float>* kernels_f32() { return float_kernels<float>(); }
const ReduceKernels<double>* kernels_f64() { return float_kernels<double>(); }
const ReduceKernels<int64_t>* kernels_i64() { return int_kernels<int64_t>(); }
const ReduceKernels<uint64_t>* kernels_u64() { return int_kernels<uint64_t>(); }
const ReduceKernels<uint8_t>* kernels_u8() { return int_kernels<uint8_t>(); }
const ReduceKernels<std::complex<float>>* kernels_c64() { return complex_kernels<float>(); }
const ReduceKernels<std::complex<double>>* kernels_c128() { return complex_kernels<double>(); }

}  // namespace native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(kernels_f32);
HWY_EXPORT(kernels_f64);
HWY_EXPORT(kernels_i64);
HWY_EXPORT(kernels_u64);
HWY_EXPORT(kernels_u8);
HWY_EXPORT(kernels_c64);
HWY_EXPORT(kernels_c128);

template <>
const ReduceKernels<float>& reduce_kernels() {
    return *HWY_DYNAMIC_DISPATCH(kernels_f32)();
}
template <>
const ReduceKernels<double>& reduce_kernels() {
    return *HWY_DYNAMIC_DISPATCH(kernels_f64)();
}
template <>
const ReduceKernels<int64_t>& reduce_kernels() {
    return *HWY_DYNAMIC_DISPATCH(kernels_i64)();
}
template <>
const ReduceKernels<uint64_t>& reduce_kernels() {
    return *HWY_DYNAMIC_DISPATCH(kernels_u64)();
}
template <>
const ReduceKernels<uint8_t>& reduce_kernels() {
    return *HWY_DYNAMIC_DISPATCH(kernels_u8)();
}
template <>
const ReduceKernels<std::complex<float>>& reduce_kernels() {
    return *HWY_DYNAMIC_DISPATCH(kernels_c64)();
}
template <>
const ReduceKernels<std::complex<double>>& reduce_kernels() {
    return *HWY_DYNAMIC_DISPATCH(kernels_c128)();
}
}  // namespace native
#endif
