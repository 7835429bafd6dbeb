// Convolutions with one input channel per group, by direct loops over taps and rows.
#include <algorithm>

#include "host.h"
#include "kernels/convolution_passes.h"
#include "kernels/vector/axpy.h"

namespace native {
namespace {

// f(task) for all tasks, each of about `work` multiplications.
template <class F>
void for_tasks(int64_t n, int64_t work, F&& f) {
    constexpr int64_t kGrainWork = 64 * 1024;
    parallel_for(n,
                 std::max<int64_t>(1, kGrainWork / std::max<int64_t>(work, 1)),
                 [&](int64_t begin, int64_t end, int32_t) {
                     for (int64_t task = begin; task < end; ++task) {
                         f(task);
                     }
                 });
}

// Calls f(tap, input position, output position, n) for every tap and run of output columns that it
// meets; input positions are `stride` apart.
template <class F>
void for_runs(const ConvolutionShape& s, F&& f) {
    for (int64_t row = 0; row < s.kernel_rows; ++row) {
        const int64_t* input_row = s.input_row.data() + row * s.output_rows;
        for (int64_t column = 0; column < s.kernel_columns; ++column) {
            const auto valid = s.valid_columns(column, 0, s.output_columns);
            const int64_t n = valid.end - valid.begin;
            const int64_t first_input = valid.begin * s.stride - s.pad + column * s.dilation;
            for (int64_t r = 0; r < s.output_rows && n > 0; ++r) {
                if (input_row[r] >= 0) {
                    f(row * s.kernel_columns + column,
                      input_row[r] + first_input,
                      r * s.output_columns + valid.begin,
                      n);
                }
            }
        }
    }
}

}  // namespace

template <class T>
void convolve_depthwise(const ConvolutionShape& s, const ConvolutionArrays<T>& arrays) {
    const int64_t all_filters = s.groups * s.filters;
    for_tasks(s.n * all_filters, s.output_size * s.kernel_size, [&](int64_t plane) {
        const int64_t filter = plane % all_filters;
        const T* x =
            arrays.x + (plane / all_filters * s.groups + filter / s.filters) * s.input_size;
        const T* w = arrays.w + filter * s.kernel_size;
        T* y = arrays.y + plane * s.output_size;
        std::fill(y, y + s.output_size, arrays.bias == nullptr ? T(0) : arrays.bias[filter]);
        for_runs(s, [&](int64_t tap, int64_t in, int64_t out, int64_t n) {
            if (s.stride == 1) {
                axpy(w[tap], x + in, n, y + out);
                return;
            }
            for (int64_t i = 0; i < n; ++i) {
                y[out + i] += w[tap] * x[in + i * s.stride];
            }
        });
    });
}

template <class T>
void convolve_depthwise_input_grad(const ConvolutionShape& s, const ConvolutionArrays<T>& arrays) {
    for_tasks(s.n * s.groups, s.filters * s.output_size * s.kernel_size, [&](int64_t plane) {
        T* x = arrays.x + plane * s.input_size;
        std::fill(x, x + s.input_size, T(0));
        for (int64_t f = 0; f < s.filters; ++f) {
            const T* y = arrays.y + (plane * s.filters + f) * s.output_size;
            const T* w = arrays.w + (plane % s.groups * s.filters + f) * s.kernel_size;
            for_runs(s, [&](int64_t tap, int64_t in, int64_t out, int64_t n) {
                if (s.stride == 1) {
                    axpy(w[tap], y + out, n, x + in);
                    return;
                }
                for (int64_t i = 0; i < n; ++i) {
                    x[in + i * s.stride] += w[tap] * y[out + i];
                }
            });
        }
    });
}

template <class T>
void convolve_depthwise_weight_grad(const ConvolutionShape& s, const ConvolutionArrays<T>& arrays) {
    const int64_t all_filters = s.groups * s.filters;
    for_tasks(all_filters, s.n * s.output_size * s.kernel_size, [&](int64_t filter) {
        std::vector<double> sums(static_cast<size_t>(s.kernel_size));
        for (int64_t image = 0; image < s.n; ++image) {
            const T* x = arrays.x + (image * s.groups + filter / s.filters) * s.input_size;
            const T* y = arrays.y + (image * all_filters + filter) * s.output_size;
            for_runs(s, [&](int64_t tap, int64_t in, int64_t out, int64_t n) {
                double sum = 0;
                if (s.stride == 1) {
                    sum = dot(x + in, y + out, n);
                } else {
                    for (int64_t i = 0; i < n; ++i) {
                        sum += static_cast<double>(x[in + i * s.stride]) * y[out + i];
                    }
                }
                sums[static_cast<size_t>(tap)] += sum;
            });
        }
        std::copy(sums.begin(), sums.end(), arrays.w + filter * s.kernel_size);
    });
}

template void convolve_depthwise(const ConvolutionShape&, const ConvolutionArrays<float>&);
template void convolve_depthwise(const ConvolutionShape&, const ConvolutionArrays<double>&);
template void convolve_depthwise_input_grad(const ConvolutionShape&,
                                            const ConvolutionArrays<float>&);
template void convolve_depthwise_input_grad(const ConvolutionShape&,
                                            const ConvolutionArrays<double>&);
template void convolve_depthwise_weight_grad(const ConvolutionShape&,
                                             const ConvolutionArrays<float>&);
template void convolve_depthwise_weight_grad(const ConvolutionShape&,
                                             const ConvolutionArrays<double>&);

}  // namespace native
