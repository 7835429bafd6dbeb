// Tiles of matrix products with Highway: two vectors of columns and as many rows as there are
// registers for.
#include "kernels/vector/product_tile.h"

#include <algorithm>
#include <utility>

#include "kernels/vector/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/vector/product_tile.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace native::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// Of 32 vector registers with AVX-512 and 16 else.
constexpr int kRows = HWY_TARGET <= HWY_AVX3 ? 14 : 6;
constexpr int64_t kRowStep = HWY_TARGET <= HWY_AVX3 ? 16 : 8;
constexpr int kVectors = 2;

template <class T>
struct Operands {
    int64_t k;
    LeftPanel<T> a;
    const T* b;
    T* c;
    int64_t c_stride, n_columns;
    bool accumulate;
};

// The sums of one vector of columns to or into c; only `left` of them if there are not enough.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE void put(D d, hn::Vec<D> sum, T* c, int64_t left, bool accumulate) {
    if (left >= static_cast<int64_t>(hn::Lanes(d))) {
        hn::StoreU(accumulate ? hn::Add(hn::LoadU(d, c), sum) : sum, d, c);
    } else if (left > 0) {
        const auto mask = hn::FirstN(d, static_cast<size_t>(left));
        const auto before = accumulate ? hn::MaskedLoad(mask, d, c) : hn::Zero(d);
        hn::BlendedStore(hn::Add(before, sum), mask, d, c);
    }
}

template <bool by_rows, int rows, int vectors, class T>
HWY_NOINLINE void multiply_rows(const Operands<T>& o) {
    const hn::ScalableTag<T> d;
    using V = hn::Vec<decltype(d)>;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    V sum[rows][vectors];
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 2
        for (int v = 0; v < vectors; ++v) {
            sum[r][v] = hn::Zero(d);
        }
    }
    const int64_t a_row = by_rows ? o.a.row : 1;
    constexpr int64_t kStep = by_rows ? 1 : kRowStep;
    // Four rows are addressed from one register.
    constexpr int kGroups = (rows + 3) / 4;
    const T* a[kGroups];
#pragma GCC unroll 4
    for (int g = 0; g < kGroups; ++g) {
        a[g] = o.a.data + 4 * g * a_row;
    }
    const T* b = o.b;
    const auto step = [&](int64_t ahead) HWY_ATTR {
        V column[vectors];
#pragma GCC unroll 2
        for (int v = 0; v < vectors; ++v) {
            column[v] = hn::LoadU(d, b + (ahead * kVectors + v) * lanes);
        }
#pragma GCC unroll 16
        for (int r = 0; r < rows; ++r) {
            const V factor = hn::Set(d, a[r / 4][r % 4 * a_row + ahead * kStep]);
#pragma GCC unroll 2
            for (int v = 0; v < vectors; ++v) {
                sum[r][v] = hn::MulAdd(factor, column[v], sum[r][v]);
            }
        }
    };
    const auto go_on = [&](int64_t steps) HWY_ATTR {
        b += steps * kVectors * lanes;
#pragma GCC unroll 4
        for (int g = 0; g < kGroups; ++g) {
            a[g] += steps * kStep;
        }
    };
    // So that little but the sums' operations is left.
    constexpr int64_t kTogether = HWY_TARGET <= HWY_AVX3 ? 2 : 4;
    int64_t p = 0;
    for (; p + kTogether <= o.k; p += kTogether) {
#pragma GCC unroll 4
        for (int64_t ahead = 0; ahead < kTogether; ++ahead) {
            step(ahead);
        }
        go_on(kTogether);
    }
    for (; p < o.k; ++p) {
        step(0);
        go_on(1);
    }
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 2
        for (int v = 0; v < vectors; ++v) {
            put(d,
                sum[r][v],
                o.c + r * o.c_stride + v * lanes,
                o.n_columns - v * lanes,
                o.accumulate);
        }
    }
}

template <class T, int... row>
void multiply_as(int64_t n_rows, const Operands<T>& o, std::integer_sequence<int, row...>) {
    using Function = void (*)(const Operands<T>&);
    static constexpr Function kFunctions[][2][sizeof...(row)] = {
        {{multiply_rows<false, row + 1, 1, T>...}, {multiply_rows<false, row + 1, 2, T>...}},
        {{multiply_rows<true, row + 1, 1, T>...}, {multiply_rows<true, row + 1, 2, T>...}}};
    const hn::ScalableTag<T> d;
    const bool two = o.n_columns > static_cast<int64_t>(hn::Lanes(d));
    kFunctions[o.a.row == 1 ? 0 : 1][two ? 1 : 0][n_rows - 1](o);
}

template <class T>
void multiply(int64_t k,
              LeftPanel<T> a,
              const T* b,
              T* c,
              int64_t c_stride,
              int64_t n_rows,
              int64_t n_columns,
              bool accumulate) {
    multiply_as<T>(n_rows,
                   {k, a, b, c, c_stride, n_columns, accumulate},
                   std::make_integer_sequence<int, kRows>());
}

// Four rows of four elements, transposed.
template <class T>
HWY_INLINE void pack_square(const T* from, int64_t stride, T* to, int64_t step) {
#if HWY_TARGET != HWY_SCALAR
    if constexpr (sizeof(T) == 4) {
        const hn::FixedTag<T, 4> d;
        const auto r0 = hn::LoadU(d, from), r1 = hn::LoadU(d, from + stride),
                   r2 = hn::LoadU(d, from + 2 * stride), r3 = hn::LoadU(d, from + 3 * stride);
        const auto low02 = hn::InterleaveLower(d, r0, r2), low13 = hn::InterleaveLower(d, r1, r3);
        const auto high02 = hn::InterleaveUpper(d, r0, r2), high13 = hn::InterleaveUpper(d, r1, r3);
        hn::StoreU(hn::InterleaveLower(d, low02, low13), d, to);
        hn::StoreU(hn::InterleaveUpper(d, low02, low13), d, to + step);
        hn::StoreU(hn::InterleaveLower(d, high02, high13), d, to + 2 * step);
        hn::StoreU(hn::InterleaveUpper(d, high02, high13), d, to + 3 * step);
        return;
    }
#endif
    for (int64_t p = 0; p < 4; ++p) {
        for (int64_t i = 0; i < 4; ++i) {
            to[p * step + i] = from[i * stride + p];
        }
    }
}

template <class T>
void pack_rows(
    const T* from, int64_t stride, int64_t n, int64_t k, T* to, int64_t step, int64_t width) {
    // All rows of some steps together, so that they meet their cache lines at once.
    constexpr int64_t kTogether = 16;
    const int64_t whole_rows = n / 4 * 4;
    for (int64_t first = 0; first < k; first += kTogether) {
        const int64_t last = std::min(first + kTogether, k);
        for (int64_t i = 0; i < whole_rows; i += 4) {
            const T* rows = from + i * stride;
            int64_t p = first;
            for (; p + 4 <= last; p += 4) {
                pack_square(rows + p, stride, to + p * step + i, step);
            }
            for (; p < last; ++p) {
                for (int64_t r = 0; r < 4; ++r) {
                    to[p * step + i + r] = rows[r * stride + p];
                }
            }
        }
        for (int64_t i = whole_rows; i < width; ++i) {
            for (int64_t p = first; p < last; ++p) {
                to[p * step + i] = i < n ? from[i * stride + p] : T(0);
            }
        }
    }
}

template <class T>
void pack_columns(const T* from, int64_t stride, int64_t n, int64_t k, T* to, int64_t step) {
    const hn::ScalableTag<T> d;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    const int64_t whole = n / lanes * lanes;
    const auto mask = hn::FirstN(d, static_cast<size_t>(n - whole));
    for (int64_t p = 0; p < k; ++p, from += stride, to += step) {
        for (int64_t i = 0; i < whole; i += lanes) {
            hn::StoreU(hn::LoadU(d, from + i), d, to + i);
        }
        if (whole < n) {
            hn::StoreU(hn::MaskedLoad(mask, d, from + whole), d, to + whole);
        }
        for (int64_t i = whole + lanes; whole < n && i < step; i += lanes) {
            hn::StoreU(hn::Zero(d), d, to + i);
        }
    }
}

template <class T>
const ProductTile<T>* tile() {
    static const ProductTile<T> kTile = {
        kRows,
        kRowStep,
        kVectors * static_cast<int64_t>(hn::Lanes(hn::ScalableTag<T>())),
        HWY_TARGET <= HWY_AVX3,
        multiply<T>,
        pack_rows<T>,
        pack_columns<T>};
    return &kTile;
}
const ProductTile<float>* tile_f32() { return tile<float>(); }
const ProductTile<double>* tile_f64() { return tile<double>(); }

}  // namespace
}  // namespace native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(tile_f32);
HWY_EXPORT(tile_f64);

template <>
const ProductTile<float>& product_tile() {
    return *HWY_DYNAMIC_DISPATCH(tile_f32)();
}
template <>
const ProductTile<double>& product_tile() {
    return *HWY_DYNAMIC_DISPATCH(tile_f64)();
}
}  // namespace native
#endif
