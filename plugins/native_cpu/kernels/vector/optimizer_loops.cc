// Loops of the optimizers.
#include "optimizer_loops.h"

#include <cmath>

#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/optimizer_loops.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

template <class T>
const T* operand(const void* const* in, int k) {
    return static_cast<const T*>(in[k]);
}

// What an element takes of lr and the like: their own, or the only one.
template <class T>
struct Array {
    explicit Array(const T* at) : at_(at) {}
    T operator[](int64_t i) const { return at_[i]; }

private:
    const T* at_;
};
template <class T>
struct Single {
    explicit Single(const T* at) : value_(*at) {}
    T operator[](int64_t) const { return value_; }

private:
    T value_;
};

template <class T, template <class> class Rate>
void sgd_loop(const void* const* in, void* const* out, int64_t n) {
    const T* const p = operand<T>(in, 0);
    const T* const g = operand<T>(in, 1);
    const Rate<T> lr(operand<T>(in, 2));
    T* const p_next = static_cast<T*>(out[0]);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
        p_next[i] = p[i] - lr[i] * g[i];
    }
}

template <class T, template <class> class Rate>
void momentum_sgd_loop(const void* const* in, void* const* out, int64_t n) {
    const T* const p = operand<T>(in, 0);
    const T* const g = operand<T>(in, 1);
    const T* const v = operand<T>(in, 2);
    const Rate<T> lr(operand<T>(in, 3));
    const Rate<T> momentum(operand<T>(in, 4));
    T* const p_next = static_cast<T*>(out[0]);
    T* const v_next = static_cast<T*>(out[1]);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
        const T velocity = momentum[i] * v[i] - lr[i] * g[i];
        v_next[i] = velocity;
        p_next[i] = p[i] + velocity;
    }
}

template <class T, template <class> class Rate>
void adam_loop(const void* const* in, void* const* out, int64_t n) {
    const T* const p = operand<T>(in, 0);
    const T* const g = operand<T>(in, 1);
    const T* const m = operand<T>(in, 2);
    const T* const v = operand<T>(in, 3);
    const Rate<T> lr(operand<T>(in, 4));
    const Rate<T> beta1(operand<T>(in, 5));
    const Rate<T> beta2(operand<T>(in, 6));
    const Rate<T> eps(operand<T>(in, 7));
    T* const p_next = static_cast<T*>(out[0]);
    T* const m_next = static_cast<T*>(out[1]);
    T* const v_next = static_cast<T*>(out[2]);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
        const T mean = beta1[i] * m[i] + (1 - beta1[i]) * g[i];
        const T square = beta2[i] * v[i] + (1 - beta2[i]) * (g[i] * g[i]);
        m_next[i] = mean;
        v_next[i] = square;
        p_next[i] = p[i] - lr[i] * mean / (std::sqrt(square) + eps[i]);
    }
}

OptimizerLoops sgd() {
    return {{sgd_loop<float, Array>, sgd_loop<float, Single>},
            {sgd_loop<double, Array>, sgd_loop<double, Single>}};
}
OptimizerLoops momentum_sgd() {
    return {{momentum_sgd_loop<float, Array>, momentum_sgd_loop<float, Single>},
            {momentum_sgd_loop<double, Array>, momentum_sgd_loop<double, Single>}};
}
OptimizerLoops adam() {
    return {{adam_loop<float, Array>, adam_loop<float, Single>},
            {adam_loop<double, Array>, adam_loop<double, Single>}};
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(sgd);
HWY_EXPORT(momentum_sgd);
HWY_EXPORT(adam);
OptimizerLoops sgd_loops() { return HWY_DYNAMIC_DISPATCH(sgd)(); }
OptimizerLoops momentum_sgd_loops() { return HWY_DYNAMIC_DISPATCH(momentum_sgd)(); }
OptimizerLoops adam_loops() { return HWY_DYNAMIC_DISPATCH(adam)(); }
}  // namespace native
#endif
