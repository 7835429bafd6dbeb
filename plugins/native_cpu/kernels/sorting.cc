// sort and argsort along one axis, and searchsorted. Real numbers are sorted as unsigned keys, by Highway; argsort appends the
// index to the key, which makes it stable.
#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <numeric>
#include <vector>

#include <chx/ops/sorting.h>
#include <hwy/contrib/sort/vqsort.h>

#include "host.h"
#include "kernel_list.h"
#include "kernels/axis_rows.h"
#include "kernels/sort_key.h"
#include "scalar_types.h"

namespace native {
namespace {

// Highway has no keys of 8 bits.
template <class U>
using WideKey = std::conditional_t<sizeof(U) == 1, uint16_t, U>;

template <class U>
class RowSorter {
public:
    RowSorter(const AxisRows& rows, SortKey<U> key)
        : rows_{rows}, key_{key}, keys_(static_cast<size_t>(rows.n)) {}

    void operator()(const char* from, char* to) {
        zeros_.clear();
        bool has_negative_zero = false;
        for (size_t i = 0; i < keys_.size(); ++i) {
            const U bits = load<U>(from + static_cast<int64_t>(i) * rows_.stride);
            const U key = key_.encode(bits);
            keys_[i] = key;
            if (key_.is_float() && key == key_.encode(0)) {
                zeros_.push_back(bits);
                has_negative_zero |= bits != 0;
            }
        }
        sorter_(keys_.data(), keys_.size(), hwy::SortAscending());
        for (size_t i = 0; i < keys_.size(); ++i) {
            store(to + static_cast<int64_t>(i) * rows_.out_stride(),
                  key_.decode(static_cast<U>(keys_[i])));
        }
        if (!has_negative_zero) return;
        // They keep their order, as equal elements do.
        auto at = std::lower_bound(keys_.begin(), keys_.end(), key_.encode(0)) - keys_.begin();
        for (const U zero : zeros_) store(to + at++ * rows_.out_stride(), zero);
    }

private:
    const AxisRows& rows_;
    const SortKey<U> key_;
    hwy::Sorter sorter_;
    std::vector<WideKey<U>> keys_;
    std::vector<U> zeros_;
};

// Pair: key and index in one number, 32 bits each or 64.
template <class U, class Pair>
class RowArgsorter {
public:
    RowArgsorter(const AxisRows& rows, SortKey<U> key)
        : rows_{rows}, key_{key}, pairs_(static_cast<size_t>(rows.n)) {}

    void operator()(const char* from, char* to) {
        for (size_t i = 0; i < pairs_.size(); ++i) {
            const U key = key_.encode(load<U>(from + static_cast<int64_t>(i) * rows_.stride));
            if constexpr (std::is_same_v<Pair, uint64_t>) {
                pairs_[i] = uint64_t{key} << 32 | i;
            } else {
                pairs_[i] = {i, key};
            }
        }
        sorter_(pairs_.data(), pairs_.size(), hwy::SortAscending());
        for (size_t i = 0; i < pairs_.size(); ++i) {
            int64_t index = 0;
            if constexpr (std::is_same_v<Pair, uint64_t>) {
                index = static_cast<int64_t>(pairs_[i] & 0xffffffffu);
            } else {
                index = static_cast<int64_t>(pairs_[i].lo);
            }
            store(to + static_cast<int64_t>(i) * rows_.out_stride(), index);
        }
    }

private:
    const AxisRows& rows_;
    const SortKey<U> key_;
    hwy::Sorter sorter_;
    std::vector<Pair> pairs_;
};

// By the real part, then by the imaginary part; NaN in either comes last.
template <class T>
bool comes_before(const T& a, const T& b) {
    const auto is_less = [](auto x, auto y) { return x < y || (y != y && x == x); };
    if (is_less(a.real(), b.real())) return true;
    if (is_less(b.real(), a.real())) return false;
    return is_less(a.imag(), b.imag());
}

template <class T>
class ComplexRowSorter {
public:
    ComplexRowSorter(const AxisRows& rows, bool is_descending, bool wants_indices)
        : rows_{rows},
          is_descending_{is_descending},
          wants_indices_{wants_indices},
          values_(static_cast<size_t>(rows.n)),
          order_(static_cast<size_t>(rows.n)) {}

    void operator()(const char* from, char* to) {
        for (size_t i = 0; i < values_.size(); ++i)
            values_[i] = load<T>(from + static_cast<int64_t>(i) * rows_.stride);
        std::iota(order_.begin(), order_.end(), int64_t{0});
        std::stable_sort(order_.begin(), order_.end(), [&](int64_t i, int64_t j) {
            const T& a = values_[static_cast<size_t>(is_descending_ ? j : i)];
            const T& b = values_[static_cast<size_t>(is_descending_ ? i : j)];
            return comes_before(a, b);
        });
        for (size_t i = 0; i < order_.size(); ++i) {
            char* at = to + static_cast<int64_t>(i) * rows_.out_stride();
            if (wants_indices_) {
                store(at, order_[i]);
            } else {
                store(at, values_[static_cast<size_t>(order_[i])]);
            }
        }
    }

private:
    const AxisRows& rows_;
    bool is_descending_, wants_indices_;
    std::vector<T> values_;
    std::vector<int64_t> order_;
};

void sort_complex(const AxisRows& rows, chx_dtype dtype, bool is_descending, bool wants_indices) {
    if (dtype.bits == 64) {
        rows.for_each(
            [&] { return ComplexRowSorter<complex64>(rows, is_descending, wants_indices); });
    } else {
        rows.for_each(
            [&] { return ComplexRowSorter<complex128>(rows, is_descending, wants_indices); });
    }
}

void sort(const chx_launch& launch) {
    const auto& attrs = chx::attrs<chx_attrs_sort>(launch);
    const chx_tensor& x = chx::input(launch, 0);
    if (x.numel == 0) return;
    const AxisRows rows(x, chx::output(launch, 0), attrs.axis);
    const bool is_descending = attrs.descending != 0;
    if (x.dtype.code == CHX_DT_COMPLEX) return sort_complex(rows, x.dtype, is_descending, false);
    with_key_type(x.dtype, [&](auto unsigned_zero) {
        using U = decltype(unsigned_zero);
        rows.for_each([&] { return RowSorter<U>(rows, SortKey<U>(x.dtype, is_descending)); });
    });
}

void argsort(const chx_launch& launch) {
    const auto& attrs = chx::attrs<chx_attrs_argsort>(launch);
    const chx_tensor& x = chx::input(launch, 0);
    if (x.numel == 0) return;
    const AxisRows rows(x, chx::output(launch, 0), attrs.axis);
    const bool is_descending = attrs.descending != 0;
    if (x.dtype.code == CHX_DT_COMPLEX) return sort_complex(rows, x.dtype, is_descending, true);
    with_key_type(x.dtype, [&](auto unsigned_zero) {
        using U = decltype(unsigned_zero);
        const SortKey<U> key(x.dtype, is_descending);
        if (sizeof(U) <= 4 && rows.n <= int64_t{std::numeric_limits<uint32_t>::max()}) {
            rows.for_each([&] { return RowArgsorter<U, uint64_t>(rows, key); });
        } else {
            rows.for_each([&] { return RowArgsorter<U, hwy::uint128_t>(rows, key); });
        }
    });
}

void searchsorted(const chx_launch& launch) {
    const chx_tensor& sorted = chx::input(launch, 0);
    const chx_tensor& values = chx::input(launch, 1);
    int64_t* out = chx::data<int64_t>(chx::output(launch, 0));
    const bool is_right = chx::attrs<chx_attrs_searchsorted>(launch).right != 0;
    const int64_t n = sorted.numel;
    with_key_type(values.dtype, [&](auto unsigned_zero) {
        using U = decltype(unsigned_zero);
        const SortKey<U> key(values.dtype);
        const U* const table = chx::data<const U>(sorted);
        const U* const wanted = chx::data<const U>(values);
        constexpr int64_t kGrain = 1024;
        parallel_for(values.numel, kGrain, [&](int64_t begin, int64_t end, int32_t) {
            for (int64_t i = begin; i < end; ++i) {
                const U target = key.encode(wanted[i]);
                const auto* place =
                    is_right
                        ? std::upper_bound(
                              table, table + n, target, [&](U a, U b) { return a < key.encode(b); })
                        : std::lower_bound(table, table + n, target, [&](U a, U b) {
                              return key.encode(a) < b;
                          });
                out[i] = place - table;
            }
        });
    });
}

}  // namespace

void register_sorting(KernelList& kernels) {
    kernels.add(CHX_OP_SORT,
                CHX_OP_SORT_VERSION,
                kAllTypes,
                kPlainCaps | CHX_K_STRIDED_IN,
                chx::kernel<&sort>);
    kernels.add(CHX_OP_ARGSORT,
                CHX_OP_ARGSORT_VERSION,
                kAllTypes,
                kPlainCaps | CHX_K_STRIDED_IN,
                chx::kernel<&argsort>);
    kernels.add(CHX_OP_SEARCHSORTED,
                CHX_OP_SEARCHSORTED_VERSION,
                kRealTypes,
                kPlainCaps,
                chx::kernel<&searchsorted>);
}

}  // namespace native
