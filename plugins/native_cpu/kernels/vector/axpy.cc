// Sums over short contiguous runs with Highway.
#include "kernels/vector/axpy.h"

#include "kernels/vector/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/vector/axpy.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace native::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
HWY_INLINE void axpy_of(T a, const T* x, int64_t n, T* y) {
    const hn::ScalableTag<T> d;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        hn::StoreU(hn::MulAdd(hn::Set(d, a), hn::LoadU(d, x + i), hn::LoadU(d, y + i)), d, y + i);
    }
    for (; i < n; ++i) {
        y[i] += a * x[i];
    }
}

template <class T>
HWY_INLINE T dot_of(const T* x, const T* y, int64_t n) {
    const hn::ScalableTag<T> d;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    auto s0 = hn::Zero(d), s1 = s0;
    int64_t i = 0;
    for (; i + 2 * lanes <= n; i += 2 * lanes) {
        s0 = hn::MulAdd(hn::LoadU(d, x + i), hn::LoadU(d, y + i), s0);
        s1 = hn::MulAdd(hn::LoadU(d, x + i + lanes), hn::LoadU(d, y + i + lanes), s1);
    }
    T sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(s0, s1)));
    for (; i < n; ++i) {
        sum += x[i] * y[i];
    }
    return sum;
}

void axpy_f32(float a, const float* x, int64_t n, float* y) { axpy_of(a, x, n, y); }
void axpy_f64(double a, const double* x, int64_t n, double* y) { axpy_of(a, x, n, y); }
float dot_f32(const float* x, const float* y, int64_t n) { return dot_of(x, y, n); }
double dot_f64(const double* x, const double* y, int64_t n) { return dot_of(x, y, n); }

}  // namespace native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(axpy_f32);
HWY_EXPORT(axpy_f64);
HWY_EXPORT(dot_f32);
HWY_EXPORT(dot_f64);

void axpy(float a, const float* x, int64_t n, float* y) {
    HWY_DYNAMIC_DISPATCH(axpy_f32)(a, x, n, y);
}
void axpy(double a, const double* x, int64_t n, double* y) {
    HWY_DYNAMIC_DISPATCH(axpy_f64)(a, x, n, y);
}
float dot(const float* x, const float* y, int64_t n) {
    return HWY_DYNAMIC_DISPATCH(dot_f32)(x, y, n);
}
double dot(const double* x, const double* y, int64_t n) {
    return HWY_DYNAMIC_DISPATCH(dot_f64)(x, y, n);
}
}  // namespace native
#endif
