// softmax, log_softmax and their gradients along any axis of a contiguous array.
#include "kernels/vector/softmax.h"

#include <algorithm>

#include <chx/ops/activation.h>

#include "host.h"
#include "kernel_list.h"
#include "kernels/float_arrays.h"

namespace native {
namespace {

// An array seen as (outer, n, inner), n being its extent along the axis.
struct Lines {
    int64_t outer = 1, n = 1, inner = 1;

    Lines(const chx_tensor& x, int64_t axis) {
        for (int d = 0; d < x.ndim; ++d) {
            (d < axis ? outer : d == axis ? n : inner) *= x.shape[d];
        }
    }
};

// Calls row(place of the first element), or columns(that, how many) if lines lie side by side, for all lines of a
// contiguous array.
template <class Row, class Columns>
void for_lines(const Lines& lines, int64_t most_columns, Row&& row, Columns&& columns) {
    const int64_t n = lines.n, inner = lines.inner, n_lines = lines.outer * inner;
    const auto body = [&](int64_t begin, int64_t end, int32_t) {
        if (inner == 1) {
            for (int64_t line = begin; line < end; ++line) {
                row(line * n);
            }
            return;
        }
        for (int64_t at = begin; at < end;) {
            const int64_t column = at % inner;
            const int64_t some = std::min({end - at, inner - column, most_columns});
            columns(at / inner * n * inner + column, some);
            at += some;
        }
    };
    constexpr int64_t kGrainElements = 4096;
    if (n_lines * n < 2 * kGrainElements) {
        body(0, n_lines, 0);
    } else {
        const int64_t least = inner == 1 ? 1 : most_columns;
        parallel_for(n_lines, std::max(least, kGrainElements / n), body);
    }
}

template <bool logarithm>
void softmax(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    if (x.numel == 0) {
        return;
    }
    // The attributes of both ops have one layout.
    const Lines lines(x, chx::attrs<chx_attrs_softmax>(launch).axis);
    dispatch_real(x.dtype, [&](auto tag) {
        using T = typename decltype(tag)::type;
        const auto& kernels = softmax_kernels<T>();
        const FloatInput<T> from(launch, x);
        FloatOutput<T> to(launch, chx::output(launch, 0));
        for_lines(
            lines,
            SoftmaxKernels<T>::kColumns,
            [&](int64_t at) { kernels.row(from.data() + at, lines.n, to.data() + at, logarithm); },
            [&](int64_t at, int64_t some) {
                kernels.columns(
                    from.data() + at, lines.inner, lines.n, some, to.data() + at, logarithm);
            });
        to.finish();
    });
}

template <bool logarithm>
void softmax_grad(const chx_launch& launch) {
    const chx_tensor& y = chx::input(launch, 0);
    if (y.numel == 0) {
        return;
    }
    // The attributes of both ops have one layout.
    const Lines lines(y, chx::attrs<chx_attrs_softmax_grad>(launch).axis);
    dispatch_real(y.dtype, [&](auto tag) {
        using T = typename decltype(tag)::type;
        const auto& kernels = softmax_kernels<T>();
        const FloatInput<T> result(launch, y), gradient(launch, chx::input(launch, 1));
        FloatOutput<T> to(launch, chx::output(launch, 0));
        for_lines(
            lines,
            SoftmaxKernels<T>::kColumns,
            [&](int64_t at) {
                kernels.row_grad(
                    result.data() + at, gradient.data() + at, lines.n, to.data() + at, logarithm);
            },
            [&](int64_t at, int64_t some) {
                kernels.columns_grad(result.data() + at,
                                     gradient.data() + at,
                                     lines.inner,
                                     lines.n,
                                     some,
                                     to.data() + at,
                                     logarithm);
            });
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
    kernels.add(CHX_OP_SOFTMAX_GRAD,
                CHX_OP_SOFTMAX_GRAD_VERSION,
                kFloatTypes,
                kPlainCaps,
                chx::kernel<&softmax_grad<false>>);
    kernels.add(CHX_OP_LOG_SOFTMAX_GRAD,
                CHX_OP_LOG_SOFTMAX_GRAD_VERSION,
                kFloatTypes,
                kPlainCaps,
                chx::kernel<&softmax_grad<true>>);
}

}  // namespace native
