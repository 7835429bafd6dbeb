// batch_norm and its gradient: two passes over the data, so that large means cost no accuracy.
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

// A run of a channel as contiguous elements, copied in blocks if it is strided: f(x, n, position of
// x[0]).
template <class T, class F>
void for_blocks(const T* x, int64_t first, int64_t n, int64_t stride, F&& f) {
    if (stride == 1 || n == 1) {
        f(x + first, n, first);
        return;
    }
    constexpr int64_t kBlock = 256;
    T block[kBlock];
    for (int64_t i = 0; i < n; i += kBlock) {
        const int64_t some = std::min(kBlock, n - i);
        for (int64_t j = 0; j < some; ++j) {
            block[j] = x[first + (i + j) * stride];
        }
        f(block, some, first + i * stride);
    }
}

template <class T>
T sum_of(const T* x, int64_t n) {
    return reduce_kernels<T>().row[static_cast<int>(Reduction::kSum)](x, n);
}

// What batch_norm knows of its operands once they are of type T.
template <class T>
struct Normalization {
    const ChannelLayout& layout;
    const NormalizeKernels<T>& kernels = normalize_kernels<T>();
    const T *x, *gamma;
    T *mean, *var;
    double eps;

    T inverse_deviation(int64_t c) const {
        return static_cast<T>(1.0 / std::sqrt(static_cast<double>(var[c]) + eps));
    }

    void moments_of_channel(int64_t c) const {
        const double n = static_cast<double>(layout.n());
        double total = 0;
        layout.for_runs(c, [&](int64_t first, int64_t count, int64_t stride) {
            for_blocks(x, first, count, stride, [&](const T* run, int64_t some, int64_t) {
                total += sum_of(run, some);
            });
        });
        mean[c] = static_cast<T>(total / n);
        double squares = 0;
        layout.for_runs(c, [&](int64_t first, int64_t count, int64_t stride) {
            for_blocks(x, first, count, stride, [&](const T* run, int64_t some, int64_t) {
                squares += kernels.squares(run, some, mean[c]);
            });
        });
        var[c] = static_cast<T>(squares / n);
    }

    void apply_to_channel(int64_t c, T shift, T* y) const {
        const T scale = gamma[c] * inverse_deviation(c);
        layout.for_runs(c, [&](int64_t first, int64_t count, int64_t stride) {
            if (stride == 1) {
                kernels.apply(x + first, count, mean[c], scale, shift, y + first);
                return;
            }
            for (int64_t i = first; i < first + count * stride; i += stride) {
                y[i] = (x[i] - mean[c]) * scale + shift;
            }
        });
    }

    void forward_channels(const T* beta, T* y) const {
        layout.for_channels([&](int64_t c) {
            moments_of_channel(c);
            apply_to_channel(c, beta[c], y);
        });
    }

    void forward_rows(const T* beta, T* y) const {
        const int64_t channels = layout.n_channels();
        const double n = static_cast<double>(layout.n());
        std::vector<double> sums(static_cast<size_t>(channels));
        const auto add_row = reduce_kernels<T>().columns[static_cast<int>(Reduction::kSum)];
        layout.sum_rows<T>(sums.data(), [&](int64_t row, int64_t c, int64_t some, T* acc) {
            add_row(acc, x + row * channels + c, channels, 1, some);
        });
        for (int64_t c = 0; c < channels; ++c) {
            mean[c] = static_cast<T>(sums[c] / n);
        }
        layout.sum_rows<T>(sums.data(), [&](int64_t row, int64_t c, int64_t some, T* acc) {
            kernels.row_squares(x + row * channels + c, some, mean + c, acc);
        });
        std::vector<T> scale(static_cast<size_t>(channels));
        for (int64_t c = 0; c < channels; ++c) {
            var[c] = static_cast<T>(sums[c] / n);
            scale[c] = gamma[c] * inverse_deviation(c);
        }
        layout.for_rows([&](int64_t row) {
            kernels.row_apply(
                x + row * channels, channels, mean, scale.data(), beta, y + row * channels);
        });
    }

    // products: the sum of g (x - mean); g_total: that of g.
    struct Factors {
        T offset, slope, scale;
    };
    Factors factors(int64_t c, double g_total, double products) const {
        const double n = static_cast<double>(layout.n());
        const double inverse = 1.0 / std::sqrt(static_cast<double>(var[c]) + eps);
        return {static_cast<T>(g_total / n),
                static_cast<T>(products * inverse * inverse / n),
                static_cast<T>(gamma[c] * inverse)};
    }

    void backward_channel(int64_t c, const T* g, T* gx, T* ggamma, T* gbeta) const {
        double g_total = 0, products = 0;
        layout.for_runs(c, [&](int64_t first, int64_t count, int64_t stride) {
            if (stride == 1) {
                g_total += sum_of(g + first, count);
                products += kernels.products(x + first, g + first, count, mean[c]);
                return;
            }
            for (int64_t i = first; i < first + count * stride; i += stride) {
                g_total += g[i];
                products += static_cast<double>(g[i]) * (x[i] - mean[c]);
            }
        });
        gbeta[c] = static_cast<T>(g_total);
        ggamma[c] = static_cast<T>(products) * inverse_deviation(c);
        const Factors f = factors(c, g_total, products);
        layout.for_runs(c, [&](int64_t first, int64_t count, int64_t stride) {
            if (stride == 1) {
                kernels.gradient(
                    x + first, g + first, count, mean[c], f.offset, f.slope, f.scale, gx + first);
                return;
            }
            for (int64_t i = first; i < first + count * stride; i += stride) {
                gx[i] = (g[i] - f.offset - (x[i] - mean[c]) * f.slope) * f.scale;
            }
        });
    }

    void backward_rows(const T* g, T* gx, T* ggamma, T* gbeta) const {
        const int64_t channels = layout.n_channels();
        const auto size = static_cast<size_t>(channels);
        std::vector<double> g_total(size), products(size);
        const auto add_row = reduce_kernels<T>().columns[static_cast<int>(Reduction::kSum)];
        layout.sum_rows<T>(g_total.data(), [&](int64_t row, int64_t c, int64_t some, T* acc) {
            add_row(acc, g + row * channels + c, channels, 1, some);
        });
        layout.sum_rows<T>(products.data(), [&](int64_t row, int64_t c, int64_t some, T* acc) {
            kernels.row_products(
                x + row * channels + c, g + row * channels + c, some, mean + c, acc);
        });
        std::vector<T> offset(size), slope(size), scale(size);
        for (int64_t c = 0; c < channels; ++c) {
            const Factors f = factors(c, g_total[c], products[c]);
            offset[c] = f.offset;
            slope[c] = f.slope;
            scale[c] = f.scale;
            gbeta[c] = static_cast<T>(g_total[c]);
            ggamma[c] = static_cast<T>(products[c]) * inverse_deviation(c);
        }
        layout.for_rows([&](int64_t row) {
            const int64_t at = row * channels;
            kernels.row_gradient(
                x + at, g + at, channels, mean, offset.data(), slope.data(), scale.data(), gx + at);
        });
    }
};

template <class T>
void batch_norm_as(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    const auto& attrs = chx::attrs<chx_attrs_batch_norm>(launch);
    const ChannelLayout layout(x, attrs.axes, attrs.n_axes);
    const FloatInput<T> from(launch, x), gamma(launch, chx::input(launch, 1)),
        beta(launch, chx::input(launch, 2));
    FloatOutput<T> y(launch, launch.out[0], x.numel);
    FloatOutput<T> mean(launch, launch.out[1], layout.n_channels()),
        var(launch, launch.out[2], layout.n_channels());
    const Normalization<T> norm{.layout = layout,
                                .x = from.data(),
                                .gamma = gamma.data(),
                                .mean = mean.data(),
                                .var = var.data(),
                                .eps = attrs.eps};
    if (layout.n() == 0) {
        std::fill_n(mean.data(), layout.n_channels(), std::numeric_limits<T>::quiet_NaN());
        std::fill_n(var.data(), layout.n_channels(), std::numeric_limits<T>::quiet_NaN());
    } else if (layout.rows_of_channels()) {
        norm.forward_rows(beta.data(), y.data());
    } else {
        norm.forward_channels(beta.data(), y.data());
    }
    y.finish();
    mean.finish();
    var.finish();
}

void batch_norm(const chx_launch& launch) {
    dispatch_real(chx::input(launch, 0).dtype,
                  [&](auto tag) { batch_norm_as<typename decltype(tag)::type>(launch); });
}

template <class T>
void batch_norm_grad_as(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 1);
    const auto& attrs = chx::attrs<chx_attrs_batch_norm_grad>(launch);
    const ChannelLayout layout(x, attrs.axes, attrs.n_axes);
    const FloatInput<T> g(launch, chx::input(launch, 0)), from(launch, x),
        gamma(launch, chx::input(launch, 2));
    const FloatInput<T> mean(launch, chx::input(launch, 3)), var(launch, chx::input(launch, 4));
    FloatOutput<T> gx(launch, launch.out[0], x.numel);
    FloatOutput<T> ggamma(launch, launch.out[1], layout.n_channels()),
        gbeta(launch, launch.out[2], layout.n_channels());
    const Normalization<T> norm{.layout = layout,
                                .x = from.data(),
                                .gamma = gamma.data(),
                                .mean = const_cast<T*>(mean.data()),
                                .var = const_cast<T*>(var.data()),
                                .eps = attrs.eps};
    if (layout.n() == 0) {
        std::fill_n(ggamma.data(), layout.n_channels(), T(0));
        std::fill_n(gbeta.data(), layout.n_channels(), T(0));
    } else if (layout.rows_of_channels()) {
        norm.backward_rows(g.data(), gx.data(), ggamma.data(), gbeta.data());
    } else {
        layout.for_channels([&](int64_t c) {
            norm.backward_channel(c, g.data(), gx.data(), ggamma.data(), gbeta.data());
        });
    }
    gx.finish();
    ggamma.finish();
    gbeta.finish();
}

void batch_norm_grad(const chx_launch& launch) {
    dispatch_real(chx::input(launch, 0).dtype,
                  [&](auto tag) { batch_norm_grad_as<typename decltype(tag)::type>(launch); });
}

}  // namespace

void register_normalization(KernelList& kernels) {
    kernels.add(CHX_OP_BATCH_NORM,
                CHX_OP_BATCH_NORM_VERSION,
                kFloatTypes,
                kPlainCaps,
                chx::kernel<&batch_norm>);
    kernels.add(CHX_OP_BATCH_NORM_GRAD,
                CHX_OP_BATCH_NORM_GRAD_VERSION,
                kFloatTypes,
                kPlainCaps,
                chx::kernel<&batch_norm_grad>);
}

}  // namespace native
