// softmax and log_softmax along any axis of a contiguous array.
#include "kernels/vector/softmax.h"

#include <algorithm>

#include <chx/ops/activation.h>

#include "host.h"
#include "kernel_list.h"
#include "kernels/float_arrays.h"

namespace native {
namespace {

// x and y (outer, n, inner), contiguous.
template <class T>
void softmax_along_axis(const T* x, int64_t outer, int64_t n, int64_t inner, T* y, bool logarithm) {
    const auto& kernels = softmax_kernels<T>();
    const auto body = [&](int64_t begin, int64_t end, int32_t) {
        if (inner == 1) {
            for (int64_t row = begin; row < end; ++row) {
                kernels.row(x + row * n, n, y + row * n, logarithm);
            }
            return;
        }
        for (int64_t at = begin; at < end;) {
            const int64_t column = at % inner;
            const int64_t some = std::min({end - at, inner - column, SoftmaxKernels<T>::kColumns});
            const int64_t first = at / inner * n * inner + column;
            kernels.columns(x + first, inner, n, some, y + first, logarithm);
            at += some;
        }
    };
    constexpr int64_t kGrainElements = 4096;
    if (outer * n * inner < 2 * kGrainElements) {
        body(0, outer * inner, 0);
    } else {
        const int64_t least = inner == 1 ? 1 : SoftmaxKernels<T>::kColumns;
        parallel_for(outer * inner, std::max(least, kGrainElements / n), body);
    }
}

template <bool logarithm>
void softmax(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    if (x.numel == 0) {
        return;
    }
    // The attributes of both ops have one layout.
    const int64_t axis = chx::attrs<chx_attrs_softmax>(launch).axis;
    int64_t outer = 1, inner = 1, n = 1;
    for (int d = 0; d < x.ndim; ++d) {
        (d < axis ? outer : d == axis ? n : inner) *= x.shape[d];
    }
    dispatch_real(x.dtype, [&](auto tag) {
        using T = typename decltype(tag)::type;
        const FloatInput<T> from(launch, x);
        FloatOutput<T> to(launch, chx::output(launch, 0));
        softmax_along_axis(from.data(), outer, n, inner, to.data(), logarithm);
        to.finish();
    });
}

}  // namespace

void register_softmax(KernelList& kernels) {
    kernels.add(CHX_OP_SOFTMAX,
                CHX_OP_SOFTMAX_VERSION,
                kFloatTypes,
                kPlainCaps,
                chx::kernel<&softmax<false>>);
    kernels.add(CHX_OP_LOG_SOFTMAX,
                CHX_OP_LOG_SOFTMAX_VERSION,
                kFloatTypes,
                kPlainCaps,
                chx::kernel<&softmax<true>>);
}

}  // namespace native
