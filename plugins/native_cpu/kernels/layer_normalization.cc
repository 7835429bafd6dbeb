// layer_norm and its gradient, row by row; two passes over a row, so that large means cost no accuracy.
#include <cmath>
#include <limits>

#include <chx/ops/normalization.h>

#include "kernel_list.h"
#include "kernels/channel_loops.h"
#include "kernels/float_arrays.h"
#include "kernels/vector/normalize.h"
#include "kernels/vector/reduce.h"

namespace native {
namespace {

// A contiguous array as rows of what is normalized together.
struct Rows {
    Rows(const chx_tensor& x, int64_t first_axis) {
        for (int d = 0; d < x.ndim; ++d) extents[d < first_axis ? 0 : 1] *= x.shape[d];
    }
    int64_t count() const { return extents[0]; }
    int64_t length() const { return extents[1]; }

    // f(begin, end) for shares of the rows on the host's threads.
    template <class F>
    void for_shares(F&& f) const {
        constexpr int64_t kGrainElements = 8 * 1024;
        if (count() * length() < 2 * kGrainElements) {
            f(0, count());
        } else {
            parallel_for(count(),
                         std::max<int64_t>(1, kGrainElements / length()),
                         [&](int64_t begin, int64_t end, int32_t) { f(begin, end); });
        }
    }

    int64_t extents[2] = {1, 1};
};

template <class T>
T sum_of(const T* x, int64_t n) {
    return reduce_kernels<T>().row[static_cast<int>(Reduction::kSum)](x, n);
}

template <class T>
T inverse_deviation(T var, double eps) {
    return static_cast<T>(1.0 / std::sqrt(static_cast<double>(var) + eps));
}

template <class T>
void layer_norm_as(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    const auto& attrs = chx::attrs<chx_attrs_layer_norm>(launch);
    const Rows rows(x, attrs.first_axis);
    const int64_t n = rows.length();
    const FloatInput<T> from(launch, x), gamma(launch, chx::input(launch, 1)),
        beta(launch, chx::input(launch, 2));
    FloatOutput<T> y(launch, launch.out[0], x.numel);
    FloatOutput<T> mean(launch, launch.out[1], rows.count()),
        var(launch, launch.out[2], rows.count());
    const NormalizeKernels<T>& kernels = normalize_kernels<T>();
    if (n == 0) {
        std::fill_n(mean.data(), rows.count(), std::numeric_limits<T>::quiet_NaN());
        std::fill_n(var.data(), rows.count(), std::numeric_limits<T>::quiet_NaN());
    } else {
        rows.for_shares([&](int64_t begin, int64_t end) {
            for (int64_t row = begin; row < end; ++row) {
                const T* const at = from.data() + row * n;
                const T center = sum_of(at, n) / static_cast<T>(n);
                const T variance = kernels.squares(at, n, center) / static_cast<T>(n);
                mean.data()[row] = center;
                var.data()[row] = variance;
                kernels.scale_and_shift(at,
                                        n,
                                        center,
                                        inverse_deviation(variance, attrs.eps),
                                        gamma.data(),
                                        beta.data(),
                                        y.data() + row * n);
            }
        });
    }
    y.finish();
    mean.finish();
    var.finish();
}

// What the gradient knows of its operands once they are of type T.
template <class T>
struct Gradient {
    const Rows& rows;
    const T *g, *x, *gamma, *mean, *var;
    double eps;
    const NormalizeKernels<T>& kernels = normalize_kernels<T>();

    void of_x(T* gx) const {
        const int64_t n = rows.length();
        rows.for_shares([&](int64_t begin, int64_t end) {
            std::vector<T> weighted(static_cast<size_t>(n));
            for (int64_t row = begin; row < end; ++row) {
                const T inverse = inverse_deviation(var[row], eps);
                kernels.weigh(g + row * n, n, gamma, weighted.data());
                const T offset = sum_of(weighted.data(), n) / static_cast<T>(n);
                const T products = kernels.products(x + row * n, weighted.data(), n, mean[row]);
                kernels.gradient(x + row * n,
                                 weighted.data(),
                                 n,
                                 mean[row],
                                 offset,
                                 products / static_cast<T>(n) * inverse * inverse,
                                 inverse,
                                 gx + row * n);
            }
        });
    }

    void of_parameters(T* ggamma, T* gbeta) const {
        const int64_t n = rows.length();
        const int64_t strides[2] = {n, 1}, axis = 0;
        chx_tensor matrix{};
        matrix.dtype = {CHX_DT_FLOAT, 8 * sizeof(T), 1};
        matrix.ndim = 2;
        matrix.shape = rows.extents;
        matrix.strides = strides;
        matrix.numel = rows.count() * n;
        const ChannelLayout layout(matrix, &axis, 1);
        std::vector<double> sums(static_cast<size_t>(n));
        layout.sum_rows<T>(sums.data(), [&](int64_t row, int64_t j, int64_t some, T* acc) {
            const int64_t at = row * n + j;
            kernels.add_products(
                x + at, g + at, some, mean[row], inverse_deviation(var[row], eps), acc);
        });
        std::transform(
            sums.begin(), sums.end(), ggamma, [](double s) { return static_cast<T>(s); });
        const auto add_row = reduce_kernels<T>().columns[static_cast<int>(Reduction::kSum)];
        layout.sum_rows<T>(sums.data(), [&](int64_t row, int64_t j, int64_t some, T* acc) {
            add_row(acc, g + row * n + j, n, 1, some);
        });
        std::transform(sums.begin(), sums.end(), gbeta, [](double s) { return static_cast<T>(s); });
    }
};

template <class T>
void layer_norm_grad_as(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 1);
    const auto& attrs = chx::attrs<chx_attrs_layer_norm_grad>(launch);
    const Rows rows(x, attrs.first_axis);
    const FloatInput<T> g(launch, chx::input(launch, 0)), from(launch, x),
        gamma(launch, chx::input(launch, 2)), mean(launch, chx::input(launch, 3)),
        var(launch, chx::input(launch, 4));
    FloatOutput<T> gx(launch, launch.out[0], x.numel);
    FloatOutput<T> ggamma(launch, launch.out[1], rows.length()),
        gbeta(launch, launch.out[2], rows.length());
    const Gradient<T> gradient{
        rows, g.data(), from.data(), gamma.data(), mean.data(), var.data(), attrs.eps};
    if (x.numel != 0) {
        gradient.of_x(gx.data());
        gradient.of_parameters(ggamma.data(), gbeta.data());
    } else {
        std::fill_n(ggamma.data(), rows.length(), T(0));
        std::fill_n(gbeta.data(), rows.length(), T(0));
    }
    gx.finish();
    ggamma.finish();
    gbeta.finish();
}

void layer_norm(const chx_launch& launch) {
    dispatch_real(chx::input(launch, 0).dtype,
                  [&](auto tag) { layer_norm_as<typename decltype(tag)::type>(launch); });
}

void layer_norm_grad(const chx_launch& launch) {
    dispatch_real(chx::input(launch, 0).dtype,
                  [&](auto tag) { layer_norm_grad_as<typename decltype(tag)::type>(launch); });
}

}  // namespace

void register_layer_normalization(KernelList& kernels) {
    kernels.add(CHX_OP_LAYER_NORM,
                CHX_OP_LAYER_NORM_VERSION,
                kFloatTypes,
                kPlainCaps,
                chx::kernel<&layer_norm>);
    kernels.add(CHX_OP_LAYER_NORM_GRAD,
                CHX_OP_LAYER_NORM_GRAD_VERSION,
                kFloatTypes,
                kPlainCaps,
                chx::kernel<&layer_norm_grad>);
}

}  // namespace native
