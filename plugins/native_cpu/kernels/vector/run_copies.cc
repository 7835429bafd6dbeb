// Runs are copied with whole vectors, the last one of which overlaps the one before.
#include "kernels/vector/run_copies.h"

#include "kernels/vector/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/vector/run_copies.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace native::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

template <class D, class T = hn::TFromD<D>>
HWY_INLINE void copy_run(D d, const T* from, int64_t n, T* to) {
    constexpr auto lanes = static_cast<int64_t>(hn::MaxLanes(D()));
    if (n >= lanes) {
        for (int64_t i = 0; i + lanes <= n; i += lanes) {
            hn::StoreU(hn::LoadU(d, from + i), d, to + i);
        }
        hn::StoreU(hn::LoadU(d, from + n - lanes), d, to + n - lanes);
    } else if constexpr (lanes > 1) {
        copy_run(hn::CappedTag<T, lanes / 2>(), from, n, to);
    }
}

template <class D, class T = hn::TFromD<D>>
HWY_INLINE void zero_run(D d, int64_t n, T* to) {
    constexpr auto lanes = static_cast<int64_t>(hn::MaxLanes(D()));
    if (n >= lanes) {
        for (int64_t i = 0; i + lanes <= n; i += lanes) {
            hn::StoreU(hn::Zero(d), d, to + i);
        }
        hn::StoreU(hn::Zero(d), d, to + n - lanes);
    } else if constexpr (lanes > 1) {
        zero_run(hn::CappedTag<T, lanes / 2>(), n, to);
    }
}

// Vectors hold an element more than is wanted: before the last one, which may end the array, after all others.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE void copy_every_other(D d, const T* from, int64_t n, T* to) {
    constexpr auto lanes = static_cast<int64_t>(hn::MaxLanes(D()));
    if constexpr (lanes >= 4) {
        if (n <= lanes) {
            copy_every_other(hn::CappedTag<T, lanes / 2>(), from, n, to);
            return;
        }
        hn::Vec<D> wanted, between;
        for (int64_t i = 0; i + lanes < n; i += lanes) {
            hn::LoadInterleaved2(d, from + 2 * i, wanted, between);
            hn::StoreU(wanted, d, to + i);
        }
        hn::LoadInterleaved2(d, from + 2 * (n - lanes) - 1, between, wanted);
        hn::StoreU(wanted, d, to + n - lanes);
    } else {
        for (int64_t i = 0; i < n; ++i) {
            to[i] = from[2 * i];
        }
    }
}

template <class T>
void copy_runs(const CopiedRun* runs, size_t n_runs, const T* from, int64_t stride, T* to) {
    const hn::ScalableTag<T> d;
    for (const CopiedRun* run = runs; run < runs + n_runs; ++run) {
        if (run->from == kZeros) {
            zero_run(d, run->n, to + run->to);
        } else if (stride == 1) {
            copy_run(d, from + run->from, run->n, to + run->to);
        } else if (stride == 2) {
            copy_every_other(d, from + run->from, run->n, to + run->to);
        } else {
            for (int64_t i = 0; i < run->n; ++i) {
                to[run->to + i] = from[run->from + i * stride];
            }
        }
    }
}

template <class T>
void add_one_run(const T* from, int64_t n, int64_t stride, T* to) {
    int64_t i = 0;
#if HWY_TARGET != HWY_SCALAR
    const hn::ScalableTag<T> d;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    for (; stride == 2 && i + lanes < n; i += lanes) {
        hn::Vec<decltype(d)> even, odd;
        hn::LoadInterleaved2(d, to + 2 * i, even, odd);
        hn::StoreInterleaved2(hn::Add(even, hn::LoadU(d, from + i)), odd, d, to + 2 * i);
    }
#endif
    if (stride == 1) {
        for (; i < n; ++i) {
            to[i] += from[i];
        }
    }
    for (; i < n; ++i) {
        to[i * stride] += from[i];
    }
}

AddRun<float> add_f32() { return add_one_run<float>; }
AddRun<double> add_f64() { return add_one_run<double>; }
RunCopies<float> copies_f32() { return copy_runs<float>; }
RunCopies<double> copies_f64() { return copy_runs<double>; }

}  // namespace
}  // namespace native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(copies_f32);
HWY_EXPORT(copies_f64);
HWY_EXPORT(add_f32);
HWY_EXPORT(add_f64);

template <>
RunCopies<float> run_copies() {
    return HWY_DYNAMIC_DISPATCH(copies_f32)();
}
template <>
RunCopies<double> run_copies() {
    return HWY_DYNAMIC_DISPATCH(copies_f64)();
}
template <>
AddRun<float> add_run() {
    return HWY_DYNAMIC_DISPATCH(add_f32)();
}
template <>
AddRun<double> add_run() {
    return HWY_DYNAMIC_DISPATCH(add_f64)();
}
}  // namespace native
#endif
