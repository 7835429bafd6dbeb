// Extents of convolutions and the tables of what taps meet.
#include "kernels/convolution_shape.h"

#include <algorithm>

#include <chx/ops/convolution.h>

namespace native {
namespace {

struct Geometry {
    int64_t n_spatial;
    const int64_t *input, *output, *kernel, *stride, *pad, *dilation;
};

// input_row of the shape: both numbers run over all spatial dimensions but the last.
std::vector<int64_t> input_rows(const Geometry& g, int64_t kernel_rows, int64_t output_rows) {
    std::vector<int64_t> table(static_cast<size_t>(kernel_rows * output_rows));
    for (int64_t k = 0; k < kernel_rows; ++k) {
        for (int64_t r = 0; r < output_rows; ++r) {
            int64_t kernel_left = k, output_left = r, row = 0, factor = 1;
            bool inside = true;
            for (int64_t d = g.n_spatial - 2; d >= 0; --d) {
                const int64_t tap = kernel_left % g.kernel[d], out = output_left % g.output[d];
                kernel_left /= g.kernel[d];
                output_left /= g.output[d];
                const int64_t in = out * g.stride[d] - g.pad[d] + tap * g.dilation[d];
                inside = inside && in >= 0 && in < g.input[d];
                row += in * factor;
                factor *= g.input[d];
            }
            table[static_cast<size_t>(k * output_rows + r)] =
                inside ? row * g.input[g.n_spatial - 1] : -1;
        }
    }
    return table;
}

}  // namespace

template <class A>
ConvolutionShape convolution_shape(const A& attrs,
                                   int64_t n,
                                   int64_t filters,
                                   int64_t channels_per_group,
                                   const int64_t* input,
                                   const int64_t* output,
                                   const int64_t* kernel) {
    const Geometry g{
        attrs.n_stride, input, output, kernel, attrs.stride, attrs.pad, attrs.dilation};
    ConvolutionShape s{};
    s.n = n;
    s.groups = attrs.groups;
    s.channels = channels_per_group;
    s.filters = filters / attrs.groups;
    s.input_size = s.output_size = s.kernel_size = 1;
    s.pointwise = true;
    for (int64_t d = 0; d < g.n_spatial; ++d) {
        s.input_size *= input[d];
        s.output_size *= output[d];
        s.kernel_size *= kernel[d];
        s.pointwise = s.pointwise && kernel[d] == 1 && g.stride[d] == 1 && g.pad[d] == 0 &&
                      input[d] == output[d];
    }
    if (g.n_spatial == 0) {
        s.input_columns = s.output_columns = s.kernel_columns = s.output_rows = s.kernel_rows = 1;
        s.stride = s.dilation = 1;
        s.input_row = {0};
        return s;
    }
    const int64_t last = g.n_spatial - 1;
    s.input_columns = input[last];
    s.output_columns = output[last];
    s.kernel_columns = kernel[last];
    s.stride = g.stride[last];
    s.pad = g.pad[last];
    s.dilation = g.dilation[last];
    s.output_rows = s.kernel_rows = 1;
    for (int64_t d = 0; d < last; ++d) {
        s.output_rows *= output[d];
        s.kernel_rows *= kernel[d];
    }
    s.input_row = input_rows(g, s.kernel_rows, s.output_rows);
    return s;
}

ConvolutionShape::Range ConvolutionShape::valid_columns(int64_t k,
                                                        int64_t first,
                                                        int64_t last) const {
    const int64_t shift = pad - k * dilation;  // input column = output column * stride - shift
    const int64_t begin = shift <= 0 ? 0 : (shift + stride - 1) / stride;
    const int64_t beyond = input_columns + shift;
    const int64_t end = beyond <= 0 ? 0 : (beyond + stride - 1) / stride;
    Range range{std::clamp(begin, first, last), std::clamp(end, first, last)};
    range.end = std::max(range.begin, range.end);
    return range;
}

std::vector<PositionBlock> ConvolutionShape::blocks(int64_t target) const {
    std::vector<PositionBlock> result;
    if (output_columns > target) {
        for (int64_t row = 0; row < output_rows; ++row) {
            for (int64_t column = 0; column < output_columns; column += target) {
                result.push_back({row, row + 1, column, std::min(column + target, output_columns)});
            }
        }
        return result;
    }
    const int64_t rows = std::max<int64_t>(1, target / std::max<int64_t>(output_columns, 1));
    for (int64_t row = 0; row < output_rows; row += rows) {
        result.push_back({row, std::min(row + rows, output_rows), 0, output_columns});
    }
    return result;
}

template ConvolutionShape convolution_shape(const chx_attrs_conv&,
                                            int64_t,
                                            int64_t,
                                            int64_t,
                                            const int64_t*,
                                            const int64_t*,
                                            const int64_t*);
template ConvolutionShape convolution_shape(const chx_attrs_conv_input_grad&,
                                            int64_t,
                                            int64_t,
                                            int64_t,
                                            const int64_t*,
                                            const int64_t*,
                                            const int64_t*);
template ConvolutionShape convolution_shape(const chx_attrs_conv_weight_grad&,
                                            int64_t,
                                            int64_t,
                                            int64_t,
                                            const int64_t*,
                                            const int64_t*,
                                            const int64_t*);

}  // namespace native
