// Windows one or two columns apart: a vector of them is kept in registers for all taps.
#include "kernels/vector/max_windows.h"

#include <limits>

#include "kernels/vector/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/vector/max_windows.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace native::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

template <int step, class D>
HWY_INLINE hn::Vec<D> load(D d, const float* x) {
    if constexpr (step == 1) {
        return hn::LoadU(d, x);
    } else {
        hn::Vec<D> even, odd;
        hn::LoadInterleaved2(d, x, even, odd);
        return even;
    }
}

// Windows i .. i + lanes - 1.
template <int step, bool with_positions>
HWY_INLINE void one_vector(const MaxWindows<float>& w, int64_t i, float* greatest, int64_t* where) {
    const hn::ScalableTag<float> d;
    const hn::RebindToSigned<decltype(d)> di;
    const hn::ScalableTag<int64_t> d64;
    const hn::Rebind<int32_t, decltype(d64)> half;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    const float* const x = w.x + i * step;
    auto best = load<step>(d, x + w.taps[0]);
    auto tap = hn::Set(di, static_cast<int32_t>(w.taps[0]));
    for (size_t t = 1; t < w.n_taps; ++t) {
        const auto value = load<step>(d, x + w.taps[t]);
        // The first NaN stays.
        const auto better =
            hn::Or(hn::Gt(value, best), hn::And(hn::IsNaN(value), hn::Not(hn::IsNaN(best))));
        best = hn::IfThenElse(better, value, best);
        if (with_positions) {
            tap = hn::IfThenElse(
                hn::RebindMask(di, better), hn::Set(di, static_cast<int32_t>(w.taps[t])), tap);
        }
    }
    hn::StoreU(best, d, greatest + i);
    if (with_positions) {
        HWY_ALIGN int32_t taps[HWY_MAX_BYTES / sizeof(int32_t)];
        hn::Store(tap, di, taps);
        const int64_t wide = static_cast<int64_t>(hn::Lanes(d64));
        for (int64_t j = 0; j < lanes; j += wide) {
            auto position = hn::Iota(d64, (i + j) * step);
            if (step == 2) {
                position = hn::Add(position, hn::Iota(d64, 0));
            }
            position = hn::Add(position, hn::PromoteTo(d64, hn::LoadU(half, taps + j)));
            hn::StoreU(position, d64, where + i + j);
        }
    }
}

template <int step, bool with_positions>
void all_vectors(const MaxWindows<float>& w, float* greatest, int64_t* where) {
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(hn::ScalableTag<float>()));
    int64_t i = 0;
    // Vectors of every other element hold one more, which may not exist after the last window.
    for (; i + lanes + (step - 1) <= w.n; i += lanes) {
        one_vector<step, with_positions>(w, i, greatest, where);
    }
    for (; i < w.n; ++i) {
        int64_t at = w.taps[0] + i * step;
        for (size_t t = 1; t < w.n_taps; ++t) {
            const float value = w.x[w.taps[t] + i * step], best = w.x[at];
            if (value > best || (value != value && best == best)) {
                at = w.taps[t] + i * step;
            }
        }
        greatest[i] = w.x[at];
        if (with_positions) {
            where[i] = at;
        }
    }
}

void max_of(const MaxWindows<float>& w, float* greatest, int64_t* where) {
    if (where == nullptr) {
        (w.step == 1 ? all_vectors<1, false> : all_vectors<2, false>)(w, greatest, where);
    } else {
        (w.step == 1 ? all_vectors<1, true> : all_vectors<2, true>)(w, greatest, where);
    }
}
bool has_max_of(int64_t step) { return step == 1 || step == 2; }

#else

void max_of(const MaxWindows<float>&, float*, int64_t*) {}
bool has_max_of(int64_t) { return false; }

#endif

}  // namespace
}  // namespace native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(max_of);
HWY_EXPORT(has_max_of);

void max_of_windows(const MaxWindows<float>& windows, float* greatest, int64_t* where) {
    HWY_DYNAMIC_DISPATCH(max_of)(windows, greatest, where);
}
bool has_max_of_windows(int64_t step) { return HWY_DYNAMIC_DISPATCH(has_max_of)(step); }
}  // namespace native
#endif
