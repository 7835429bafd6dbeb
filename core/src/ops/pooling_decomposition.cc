// Pooling and its gradients as windows, reductions and index arithmetic.
#include <limits>

#include "chx/ops/convolution.h"
#include "chx/ops/indexing.h"
#include "chx/ops/pooling.h"
#include "ops/index_arithmetic.h"
#include "ops/op_support.h"
#include "ops/windows.h"

namespace chainerx::internal {

namespace {

template <typename Attrs>
DimsView kernel_of(const Attrs& a) {
    return {a.kernel, static_cast<int>(a.n_kernel)};
}
template <typename Attrs>
DimsView stride_of(const Attrs& a) {
    return {a.stride, static_cast<int>(a.n_stride)};
}
template <typename Attrs>
DimsView pad_of(const Attrs& a) {
    return {a.pad, static_cast<int>(a.n_pad)};
}

template <typename Attrs>
Array windows_of(const Array& x, const Attrs& attrs, DimsView output, const Scalar& padding) {
    const Dims ones = Dims::filled(output.size(), 1);
    const Array padded = pad_for_windows(
        x, {kernel_of(attrs), stride_of(attrs), pad_of(attrs), ones, output}, padding);
    return raw_windows(padded, kernel_of(attrs), stride_of(attrs), ones, output);
}

// What no element of the dtype lies below.
Scalar lowest(DType dtype) {
    switch (kind(dtype)) {
        case DTypeKind::kFloat:
            return -std::numeric_limits<double>::infinity();
        case DTypeKind::kInt:
            return std::numeric_limits<int64_t>::min() >> (64 - 8 * itemsize(dtype));
        default:
            return 0;
    }
}

// indices (N, C, ...) into the d elements of each channel, as flat indices into all of (N, C, d).
Array flat_indices(const Array& indices, int64_t d) {
    const int64_t channels = indices.shape()[0] * indices.shape()[1];
    const Array first = index_range(0, d, channels, indices.device());
    return add(indices,
               first.reshape(with_spatial(
                   indices.shape()[0], indices.shape()[1], Dims::filled(indices.ndim() - 2, 1))))
        .reshape({indices.size()});
}

// How many elements of x each window holds, padding left out: (1, 1, ...).
template <typename Attrs>
Array element_counts(
    const Attrs& attrs, DimsView input, DimsView output, DType dtype, Device& device) {
    const int n = output.size();
    const Array ones = full(with_spatial(1, 1, input), 1, dtype, &device);
    return sum(windows_of(ones, attrs, output, 0), axis_range(2 + n, 2 + 2 * n));
}

}  // namespace

void decompose_max_pool(const Operand* inputs, int, const void* attributes, Array* outputs) {
    const auto& attrs = *static_cast<const chx_attrs_max_pool*>(attributes);
    const Array x = array_of(inputs[0]);
    const DimsView output{attrs.output, static_cast<int>(attrs.n_output)};
    const DimsView kernel = kernel_of(attrs);
    const int n = output.size();
    Shape shape = with_spatial(x.shape()[0], x.shape()[1], output);
    shape.push_back(total_size(kernel));
    const Array windows = windows_of(x, attrs, output, lowest(x.dtype())).reshape(shape);
    outputs[0] = max(windows, Axes{2 + n});

    // From the place in the window to the place in x, the innermost axis first. Padding can only be
    // found where all of the window is as low; the nearest element of x stands for it then.
    Array rest = argmax(windows, 2 + n);
    Array flat;
    int64_t step = 1;
    for (int i = n - 1; i >= 0; --i) {
        const int64_t extent = x.shape()[2 + i];
        Shape along = Dims::filled(n, 1);
        along[i] = output[i];
        const Array first =
            index_range(-attrs.pad[i], attrs.stride[i], output[i], x.device()).reshape(along);
        Array place = add(i == 0 ? rest : remainder(rest, kernel[i]), first);
        if (i > 0) rest = floor_divide(rest, kernel[i]);
        if (attrs.pad[i] > 0) place = maximum(place, 0);
        if (attrs.stride[i] * (output[i] - 1) + kernel[i] - attrs.pad[i] > extent)
            place = minimum(place, extent - 1);
        if (step != 1) place = multiply(place, step);
        flat = flat.is_null() ? place : add(flat, place);
        step *= extent;
    }
    outputs[1] = std::move(flat);
}

void decompose_max_pool_grad(const Operand* inputs, int, const void* attributes, Array* outputs) {
    const auto& attrs = *static_cast<const chx_attrs_max_pool_grad*>(attributes);
    const Array gy = array_of(inputs[0]);
    const Shape shape =
        with_spatial(gy.shape()[0], gy.shape()[1], {attrs.input, static_cast<int>(attrs.n_input)});
    const Array indices = flat_indices(array_of(inputs[1]), total_size(spatial(shape)));
    auto scatter_attrs = make_attrs<chx_attrs_scatter_add>();
    scatter_attrs.mode = CHX_SCATTER_ADD_MODE_RAISE;
    const Array zeros = full({total_size(shape)}, 0, gy.dtype(), &gy.device());
    outputs[0] =
        call(kOps[kOpScatterAdd], {zeros, indices, gy.reshape({gy.size()})}, &scatter_attrs)
            .reshape(shape);
}

void decompose_pool_gather(const Operand* inputs, int, const void*, Array* outputs) {
    const Array x = array_of(inputs[0]);
    const Array indices = array_of(inputs[1]);
    auto attrs = make_attrs<chx_attrs_take>();
    attrs.mode = CHX_TAKE_MODE_RAISE;
    outputs[0] =
        call(kOps[kOpTake],
             {x.reshape({x.size()}), flat_indices(indices, total_size(spatial(x.shape())))},
             &attrs)
            .reshape(indices.shape());
}

void decompose_average_pool(const Operand* inputs, int, const void* attributes, Array* outputs) {
    const auto& attrs = *static_cast<const chx_attrs_average_pool*>(attributes);
    const Array x = array_of(inputs[0]);
    const DimsView output{attrs.output, static_cast<int>(attrs.n_output)};
    const int n = output.size();
    const Array total = sum(windows_of(x, attrs, output, 0), axis_range(2 + n, 2 + 2 * n));
    outputs[0] =
        attrs.count_pad != 0
            ? divide(total, total_size(kernel_of(attrs)))
            : divide(total,
                     element_counts(attrs, spatial(x.shape()), output, x.dtype(), x.device()));
}

void decompose_average_pool_grad(const Operand* inputs,
                                 int,
                                 const void* attributes,
                                 Array* outputs) {
    const auto& attrs = *static_cast<const chx_attrs_average_pool_grad*>(attributes);
    const Array gy = array_of(inputs[0]);
    const DimsView input{attrs.input, static_cast<int>(attrs.n_input)};
    const int64_t channels = gy.shape()[1];
    const Array share =
        attrs.count_pad != 0
            ? divide(gy, total_size(kernel_of(attrs)))
            : divide(gy,
                     element_counts(attrs, input, spatial(gy.shape()), gy.dtype(), gy.device()));
    // Every element of a window gets the same: a convolution with ones, channel by channel.
    const Array ones =
        full(with_spatial(channels, 1, kernel_of(attrs)), 1, gy.dtype(), &gy.device());
    auto conv_attrs = make_attrs<chx_attrs_conv_input_grad>();
    set_attr(conv_attrs.n_stride, conv_attrs.stride, stride_of(attrs));
    set_attr(conv_attrs.n_pad, conv_attrs.pad, pad_of(attrs));
    set_attr(conv_attrs.n_dilation, conv_attrs.dilation, Dims::filled(input.size(), 1));
    conv_attrs.groups = channels;
    set_attr(conv_attrs.n_input, conv_attrs.input, input);
    outputs[0] = call(kOps[kOpConvInputGrad], {share, ones}, &conv_attrs);
}

}  // namespace chainerx::internal
