// Convolution and its gradients as copies of windows and matrix products.
#include <algorithm>

#include "device/device_state.h"
#include "ops/convolution_attributes.h"
#include "ops/op_support.h"
#include "ops/windows.h"

namespace chainerx::internal {

void decompose_conv(const Operand* inputs, int n_inputs, const void* attributes, Array* outputs) {
    const auto& attrs = *static_cast<const chx_attrs_conv*>(attributes);
    const Array x = array_of(inputs[0]);
    const Array w = array_of(inputs[1]);
    const DimsView kernel = spatial(w.shape());
    const DimsView output = output_of(attrs);
    const int n = output.size();
    const int64_t groups = attrs.groups;
    const Array padded = pad_for_windows(
        x, {kernel, stride_of(attrs), pad_of(attrs), dilation_of(attrs), output}, 0);
    const Array windows = raw_windows(padded, kernel, stride_of(attrs), dilation_of(attrs), output);

    // (N, C, k..., o...) as N * groups matrices, multiplied from the left by the group's filters.
    Axes axes{0, 1};
    for (int i = 0; i < n; ++i) axes.push_back(2 + n + i);
    for (int i = 0; i < n; ++i) axes.push_back(2 + i);
    const int64_t batch = x.shape()[0];
    const int64_t depth = w.shape()[1] * total_size(kernel);
    const Array columns =
        windows.transpose(axes).reshape({batch, groups, depth, total_size(output)});
    const Array filters = w.reshape({1, groups, w.shape()[0] / groups, depth});
    const Shape filters_shape{batch, groups, w.shape()[0] / groups, depth};
    Array y = call(kOps[kOpMatmul], {raw_broadcast(filters, filters_shape), columns});
    y = y.reshape(with_spatial(batch, w.shape()[0], output));
    if (n_inputs > 2 && inputs[2].is_array()) {
        y = add(y, array_of(inputs[2]).reshape(with_spatial(1, w.shape()[0], Dims::filled(n, 1))));
    }
    outputs[0] = std::move(y);
}

namespace {

// gy with stride - 1 zeros between its elements and zeros around them, so that a convolution of
// stride 1 without padding gives `input` extents.
Array spread(const Array& gy, DimsView kernel, const chx_attrs_conv_input_grad& attrs) {
    const DimsView input = input_of(attrs);
    Shape padded = gy.shape();
    Shape source_shape = gy.shape();
    Dims first;  // of gy, per axis, that lies within
    Dims place;  // where that one goes
    for (int i = 0; i < input.size(); ++i) {
        const int64_t reach = attrs.dilation[i] * (kernel[i] - 1);
        const int64_t stride = attrs.stride[i];
        const int64_t begin = reach - attrs.pad[i];
        const int64_t skipped = begin >= 0 ? 0 : (-begin + stride - 1) / stride;
        padded[2 + i] = input[i] + reach;
        first.push_back(skipped);
        place.push_back(begin + skipped * stride);
        const int64_t room = padded[2 + i] - place[i];
        const int64_t fitting = room <= 0 ? 0 : (room - 1) / stride + 1;
        source_shape[2 + i] = std::max<int64_t>(0, std::min(gy.shape()[2 + i] - skipped, fitting));
    }
    const Array result = new_array(padded, gy.dtype(), state_of(gy.device()));
    fill_into(result, 0);
    if (total_size(source_shape) == 0) return result;
    Strides strides = result.strides();
    int64_t offset = 0;
    int64_t source_offset = 0;
    for (int i = 0; i < input.size(); ++i) {
        offset += place[i] * result.strides()[2 + i];
        source_offset += first[i] * gy.strides()[2 + i];
        strides[2 + i] *= attrs.stride[i];
    }
    copy_into(raw_view(result, source_shape, strides, offset),
              raw_view(gy, source_shape, gy.strides(), source_offset));
    return result;
}

// (O, C / groups, k...) as the filters (C, O / groups, k...) of the way back, reversed along the
// spatial axes.
Array reversed_filters(const Array& w, int64_t groups) {
    Strides strides = w.strides();
    int64_t offset = 0;
    for (int i = 2; i < w.ndim(); ++i) {
        offset += (w.shape()[i] - 1) * strides[i];
        strides[i] = -strides[i];
    }
    const int64_t out = w.shape()[0] / groups;
    const int64_t in = w.shape()[1];
    Shape shape{groups, in, out};
    Strides grouped{out * strides[0], strides[1], strides[0]};
    for (int i = 2; i < w.ndim(); ++i) {
        shape.push_back(w.shape()[i]);
        grouped.push_back(strides[i]);
    }
    return raw_view(w, shape, grouped, w.size() == 0 ? 0 : offset)
        .reshape(with_spatial(groups * in, out, spatial(w.shape())));
}

}  // namespace

void decompose_conv_input_grad(const Operand* inputs, int, const void* attributes, Array* outputs) {
    const auto& attrs = *static_cast<const chx_attrs_conv_input_grad*>(attributes);
    const Array gy = array_of(inputs[0]);
    const Array w = array_of(inputs[1]);
    const int n = gy.ndim() - 2;
    auto conv_attrs = make_conv_attrs<chx_attrs_conv>(
        Dims::filled(n, 1), Dims::filled(n, 0), dilation_of(attrs), attrs.groups);
    set_attr(conv_attrs.n_output, conv_attrs.output, input_of(attrs));
    outputs[0] =
        call(kOps[kOpConv],
             {spread(gy, spatial(w.shape()), attrs), reversed_filters(w, attrs.groups), Operand()},
             &conv_attrs);
}

void decompose_conv_weight_grad(const Operand* inputs,
                                int,
                                const void* attributes,
                                Array* outputs) {
    const auto& attrs = *static_cast<const chx_attrs_conv_weight_grad*>(attributes);
    const Array gy = array_of(inputs[0]);
    const Array x = array_of(inputs[1]);
    const DimsView kernel = kernel_of(attrs);
    const DimsView output = spatial(gy.shape());
    const int n = output.size();
    const int64_t groups = attrs.groups;
    const Array padded = pad_for_windows(
        x, {kernel, stride_of(attrs), pad_of(attrs), dilation_of(attrs), output}, 0);
    const Array windows = raw_windows(padded, kernel, stride_of(attrs), dilation_of(attrs), output);

    // Per group: (O / groups, N * o...) times (N * o..., C / groups * k...).
    Axes axes{1};
    for (int i = 0; i < n; ++i) axes.push_back(2 + n + i);
    axes.push_back(0);
    for (int i = 0; i < n; ++i) axes.push_back(2 + i);
    const int64_t columns = gy.shape()[0] * total_size(output);
    const int64_t in = x.shape()[1] / groups;
    const int64_t out = gy.shape()[1] / groups;
    const Array rows = windows.transpose(axes).reshape({groups, in * total_size(kernel), columns});
    Axes channel_first = axis_range(0, gy.ndim());
    std::swap(channel_first[0], channel_first[1]);
    const Array left = gy.transpose(channel_first).reshape({groups, out, columns});
    outputs[0] = call(kOps[kOpMatmul], {left, matrix_transpose(rows)})
                     .reshape(with_spatial(groups * out, in, kernel));
}

}  // namespace chainerx::internal
