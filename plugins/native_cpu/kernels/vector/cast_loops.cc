// Loops that convert between any two dtypes, as chx.copy does.
#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/cast_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

template <class From, class To>
void cast_loop(const void* a, const void*, const void*, void* out, int64_t n) {
    const auto* const x = static_cast<const storage_t<From>*>(a);
    auto* const y = static_cast<storage_t<To>*>(out);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
        y[i] = convert<To>(x[i]);
    }
}

#if HWY_TARGET == HWY_AVX2
// These have instructions for float16 that the compiler does not find by itself.
void float16_to_float_loop(const void* a, const void*, const void*, void* out, int64_t n) {
    const hn::ScalableTag<float> wide;
    const hn::Rebind<hwy::float16_t, decltype(wide)> narrow;
    const auto* const x = static_cast<const Float16*>(a);
    auto* const y = static_cast<float*>(out);
    const auto step = static_cast<int64_t>(hn::Lanes(wide));
    int64_t i = 0;
    for (; i + step <= n; i += step) {
        hn::StoreU(
            hn::PromoteTo(wide, hn::LoadU(narrow, reinterpret_cast<const hwy::float16_t*>(x + i))),
            wide,
            y + i);
    }
    for (; i < n; ++i) {
        y[i] = static_cast<float>(x[i]);
    }
}

void float_to_float16_loop(const void* a, const void*, const void*, void* out, int64_t n) {
    const hn::ScalableTag<float> wide;
    const hn::Rebind<hwy::float16_t, decltype(wide)> narrow;
    const auto* const x = static_cast<const float*>(a);
    auto* const y = static_cast<Float16*>(out);
    const auto step = static_cast<int64_t>(hn::Lanes(wide));
    int64_t i = 0;
    for (; i + step <= n; i += step) {
        hn::StoreU(hn::DemoteTo(narrow, hn::LoadU(wide, x + i)),
                   narrow,
                   reinterpret_cast<hwy::float16_t*>(y + i));
    }
    for (; i < n; ++i) {
        y[i] = Float16(x[i]);
    }
}
#endif

template <class From, class... To>
void set_from(LoopTable& table, Types<To...>) {
    ((table.casts[type_code_of<From>][type_code_of<To>] = cast_loop<From, To>), ...);
}

using AllTypes = Types<bool,
                       int8_t,
                       int16_t,
                       int32_t,
                       int64_t,
                       uint8_t,
                       uint16_t,
                       uint32_t,
                       uint64_t,
                       Float16,
                       BFloat16,
                       float,
                       double,
                       complex64,
                       complex128>;

template <class... From>
void set_all(LoopTable& table, Types<From...> types) {
    (set_from<From>(table, types), ...);
}

void fill(LoopTable& table) {
    set_all(table, AllTypes{});
#if HWY_TARGET == HWY_AVX2
    table.casts[CHX_TYPE_F16][CHX_TYPE_F32] = float16_to_float_loop;
    table.casts[CHX_TYPE_F32][CHX_TYPE_F16] = float_to_float16_loop;
#endif
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(fill);
void fill_cast_loops(LoopTable& table) { HWY_DYNAMIC_DISPATCH(fill)(table); }
}  // namespace native
#endif
