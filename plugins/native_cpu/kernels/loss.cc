// softmax_cross_entropy and its gradient for rows of scores and integer labels.
#include <algorithm>
#include <cmath>

#include <chx/ops/loss.h>

#include "host.h"
#include "kernel_list.h"
#include "kernels/float_arrays.h"
#include "kernels/vector/softmax.h"

namespace native {
namespace {

template <class F>
void for_rows(int64_t rows, int64_t columns, F&& f) {
    constexpr int64_t kGrainElements = 4096;
    if (rows * columns < 2 * kGrainElements) {
        f(0, rows, 0);
    } else {
        parallel_for(rows, std::max<int64_t>(1, kGrainElements / columns), f);
    }
}

template <class T>
void cross_entropy(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    const int64_t rows = x.shape[0], classes = x.shape[1];
    const FloatInput<T> scores(launch, x);
    const auto* labels = chx::data<const int64_t>(chx::input(launch, 1));
    FloatOutput<T> loss(launch, launch.out[0], rows);
    FloatOutput<T> log_p(launch, launch.out[1], x.numel);
    const auto& kernels = softmax_kernels<T>();
    for_rows(rows, classes, [&](int64_t begin, int64_t end, int32_t) {
        for (int64_t i = begin; i < end; ++i) {
            T* row = log_p.data() + i * classes;
            if (classes > 0) {
                kernels.row(scores.data() + i * classes, classes, row, true);
            }
            loss.data()[i] = labels[i] >= 0 && labels[i] < classes ? -row[labels[i]] : T(0);
        }
    });
    loss.finish();
    log_p.finish();
}

void softmax_cross_entropy(const chx_launch& launch) {
    dispatch_real(chx::input(launch, 0).dtype,
                  [&](auto tag) { cross_entropy<typename decltype(tag)::type>(launch); });
}

// g of a mean is one number for all rows: strides of it cost nothing.
template <class T>
void cross_entropy_grad(const chx_launch& launch) {
    const chx_tensor x = contiguous(launch, chx::input(launch, 0));
    const int64_t rows = x.shape[0], classes = x.shape[1];
    const FloatInput<T> log_p(launch, x);
    const chx_tensor label_tensor = contiguous(launch, chx::input(launch, 1));
    const auto* labels = chx::data<const int64_t>(label_tensor);
    const chx_tensor& g_tensor = chx::input(launch, 2);
    const bool is_wide = !is_half(g_tensor.dtype);
    const FloatInput<T> g(launch, is_wide ? g_tensor : contiguous(launch, g_tensor));
    const int64_t g_stride = is_wide ? g_tensor.strides[0] : 1;
    FloatOutput<T> gx(launch, chx::output(launch, 0));
    const auto& kernels = softmax_kernels<T>();
    for_rows(rows, classes, [&](int64_t begin, int64_t end, int32_t) {
        const int64_t together = g_stride == 0 ? end - begin : 1;
        for (int64_t i = begin; i < end; i += together) {
            kernels.scaled_exp(log_p.data() + i * classes,
                               together * classes,
                               g.data()[i * g_stride],
                               gx.data() + i * classes);
        }
        for (int64_t i = begin; i < end; ++i) {
            const T* from = log_p.data() + i * classes;
            T* to = gx.data() + i * classes;
            if (labels[i] >= 0 && labels[i] < classes) {
                to[labels[i]] = std::expm1(from[labels[i]]) * g.data()[i * g_stride];
            } else {
                std::fill(to, to + classes, T(0));
            }
        }
    });
    gx.finish();
}

void softmax_cross_entropy_grad(const chx_launch& launch) {
    if (chx::output(launch, 0).numel > 0) {
        dispatch_real(chx::input(launch, 0).dtype,
                      [&](auto tag) { cross_entropy_grad<typename decltype(tag)::type>(launch); });
    }
}

}  // namespace

void register_loss(KernelList& kernels) {
    kernels.add(CHX_OP_SOFTMAX_CROSS_ENTROPY,
                CHX_OP_SOFTMAX_CROSS_ENTROPY_VERSION,
                kFloatTypes,
                kPlainCaps,
                chx::kernel<&softmax_cross_entropy>);
    kernels.add(CHX_OP_SOFTMAX_CROSS_ENTROPY_GRAD,
                CHX_OP_SOFTMAX_CROSS_ENTROPY_GRAD_VERSION,
                kFloatTypes,
                kPlainCaps | CHX_K_STRIDED_IN,
                chx::kernel<&softmax_cross_entropy_grad>);
}

}  // namespace native
