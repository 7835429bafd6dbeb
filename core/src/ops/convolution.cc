// N-dimensional convolution and its two gradients, which are each other's.
#include "ops/convolution_attributes.h"
#include "ops/op_support.h"
#include "ops/windows.h"

namespace chainerx {
namespace internal {
namespace {

template <typename Attrs>
Array call_conv(const Attrs& like, const Array& x, const Array& w, DimsView output) {
    auto attrs = make_conv_attrs<chx_attrs_conv>(like);
    set_attr(attrs.n_output, attrs.output, output);
    return call(kOps[kOpConv], {x, w, Operand()}, &attrs);
}
template <typename Attrs>
Array call_input_grad(const Attrs& like, const Array& gy, const Array& w, DimsView input) {
    auto attrs = make_conv_attrs<chx_attrs_conv_input_grad>(like);
    set_attr(attrs.n_input, attrs.input, input);
    return call(kOps[kOpConvInputGrad], {gy, w}, &attrs);
}
template <typename Attrs>
Array call_weight_grad(const Attrs& like, const Array& gy, const Array& x, DimsView kernel) {
    auto attrs = make_conv_attrs<chx_attrs_conv_weight_grad>(like);
    set_attr(attrs.n_kernel, attrs.kernel, kernel);
    return call(kOps[kOpConvWeightGrad], {gy, x}, &attrs);
}

// What all three expect of their two operands and attributes. spatial_count: of the attribute with
// the missing extents.
template <typename Attrs>
void check_conv(const InferContext& context,
                const Attrs& attrs,
                const char* first,
                const char* second,
                int64_t spatial_count) {
    const OpDef& op = context.op();
    check_spatial(op.name, first, context.shape(0));
    if (context.shape(1).size() != context.shape(0).size()) {
        throw DimensionError(fmt::format(
            "{}: {} has shape {} and {} has shape {}; expected the same number of dimensions",
            op.name,
            first,
            to_string(context.shape(0)),
            second,
            to_string(context.shape(1))));
    }
    const int n = context.shape(0).size() - 2;
    check_per_axis(op, "stride", attrs.n_stride, n);
    check_per_axis(op, "pad", attrs.n_pad, n);
    check_per_axis(op, "dilation", attrs.n_dilation, n);
    check_per_axis(op, "extents", spatial_count, n);
    if (attrs.groups < 1)
        throw ValueError(
            fmt::format("{}: groups is {}; expected at least 1", op.name, attrs.groups));
}

[[noreturn]] void throw_channels(const char* op,
                                 const char* names,
                                 DimsView a,
                                 DimsView b,
                                 int64_t groups,
                                 const char* expected) {
    throw DimensionError(fmt::format("{}: {} have shapes {} and {}, with {} groups; expected {}",
                                     op,
                                     names,
                                     to_string(a),
                                     to_string(b),
                                     groups,
                                     expected));
}

}  // namespace

void infer_conv(InferContext& context) {
    const auto& attrs = context.attrs<chx_attrs_conv>();
    check_conv(context, attrs, "x", "w", attrs.n_output);
    const DimsView x = context.shape(0);
    const DimsView w = context.shape(1);
    if (w[1] * attrs.groups != x[1] || w[0] % attrs.groups != 0) {
        throw_channels("conv",
                       "x and w",
                       x,
                       w,
                       attrs.groups,
                       "(N, C, ...) and (O, C / groups, ...), O divisible by groups");
    }
    if (context.has(2) && (context.shape(2).size() != 1 || context.shape(2)[0] != w[0])) {
        throw DimensionError(fmt::format("conv: b has shape {}; expected ({},) as w has shape {}",
                                         to_string(context.shape(2)),
                                         w[0],
                                         to_string(w)));
    }
    context.set(0, with_spatial(x[0], w[0], output_of(attrs)));
}

void gradient_conv(GradientContext& context) {
    const auto& attrs = context.attrs<chx_attrs_conv>();
    const Array& g = context.grad();
    const Array x = array_of(context.input(0));
    const Array w = array_of(context.input(1));
    if (context.wants(0)) context.set(0, call_input_grad(attrs, g, w, spatial(x.shape())));
    if (context.wants(1)) context.set(1, call_weight_grad(attrs, g, x, spatial(w.shape())));
    if (context.n_inputs() > 2 && context.wants(2)) {
        Axes axes = axis_range(1, g.ndim());
        axes[0] = 0;
        context.set(2, sum(g, axes));
    }
}

void infer_conv_input_grad(InferContext& context) {
    const auto& attrs = context.attrs<chx_attrs_conv_input_grad>();
    check_conv(context, attrs, "gy", "w", attrs.n_input);
    const DimsView gy = context.shape(0);
    const DimsView w = context.shape(1);
    if (gy[1] != w[0] || w[0] % attrs.groups != 0) {
        throw_channels("conv_input_grad",
                       "gy and w",
                       gy,
                       w,
                       attrs.groups,
                       "(N, O, ...) and (O, C / groups, ...), O divisible by groups");
    }
    context.set(0, with_spatial(gy[0], w[1] * attrs.groups, input_of(attrs)));
}

void gradient_conv_input_grad(GradientContext& context) {
    const auto& attrs = context.attrs<chx_attrs_conv_input_grad>();
    const Array& g = context.grad();
    const Array gy = array_of(context.input(0));
    const Array w = array_of(context.input(1));
    if (context.wants(0)) context.set(0, call_conv(attrs, g, w, spatial(gy.shape())));
    if (context.wants(1)) context.set(1, call_weight_grad(attrs, gy, g, spatial(w.shape())));
}

void infer_conv_weight_grad(InferContext& context) {
    const auto& attrs = context.attrs<chx_attrs_conv_weight_grad>();
    check_conv(context, attrs, "gy", "x", attrs.n_kernel);
    const DimsView gy = context.shape(0);
    const DimsView x = context.shape(1);
    if (gy[0] != x[0] || gy[1] % attrs.groups != 0 || x[1] % attrs.groups != 0) {
        throw_channels("conv_weight_grad",
                       "gy and x",
                       gy,
                       x,
                       attrs.groups,
                       "(N, O, ...) and (N, C, ...), O and C divisible by groups");
    }
    context.set(0, with_spatial(gy[1], x[1] / attrs.groups, kernel_of(attrs)));
}

void gradient_conv_weight_grad(GradientContext& context) {
    const auto& attrs = context.attrs<chx_attrs_conv_weight_grad>();
    const Array& g = context.grad();
    const Array gy = array_of(context.input(0));
    const Array x = array_of(context.input(1));
    if (context.wants(0)) context.set(0, call_conv(attrs, x, g, spatial(gy.shape())));
    if (context.wants(1)) context.set(1, call_input_grad(attrs, gy, g, spatial(x.shape())));
}

}  // namespace internal

namespace {

struct ConvArguments {
    Dims stride, pad, dilation;
};

ConvArguments check_arguments(const char* op,
                              const Array& x,
                              const Array& w,
                              const Dims& stride,
                              const Dims& pad,
                              const Dims& dilate,
                              int64_t groups) {
    internal::check_spatial(op, "x", x.shape());
    if (w.ndim() != x.ndim()) {
        throw DimensionError(fmt::format(
            "{}: x has shape {} and w has shape {}; expected the same number of dimensions",
            op,
            to_string(x.shape()),
            to_string(w.shape())));
    }
    if (groups < 1)
        throw ValueError(fmt::format("{}: groups is {}; expected at least 1", op, groups));
    const int n = x.ndim() - 2;
    return {internal::per_axis(op, "stride", stride, n, 1),
            internal::per_axis(op, "pad", pad, n, 0),
            internal::per_axis(op, "dilate", dilate, n, 1)};
}

}  // namespace

Array conv(const Array& x,
           const Array& w,
           const Array& b,
           const Dims& stride,
           const Dims& pad,
           bool cover_all,
           const Dims& dilate,
           int64_t groups) {
    const ConvArguments arguments = check_arguments("conv", x, w, stride, pad, dilate, groups);
    const Dims output = internal::window_count("conv",
                                               internal::spatial(x.shape()),
                                               internal::spatial(w.shape()),
                                               arguments.stride,
                                               arguments.pad,
                                               arguments.dilation,
                                               cover_all);
    auto attrs = internal::make_conv_attrs<chx_attrs_conv>(
        arguments.stride, arguments.pad, arguments.dilation, groups);
    internal::set_attr(attrs.n_output, attrs.output, output);
    return internal::call(internal::kOps[internal::kOpConv], {x, w, b}, &attrs);
}

Array conv_transpose(const Array& x,
                     const Array& w,
                     const Array& b,
                     const Dims& stride,
                     const Dims& pad,
                     const std::optional<Dims>& outsize,
                     const Dims& dilate,
                     int64_t groups) {
    constexpr const char* kName = "conv_transpose";
    const ConvArguments arguments = check_arguments(kName, x, w, stride, pad, dilate, groups);
    const DimsView input = internal::spatial(x.shape());
    const DimsView kernel = internal::spatial(w.shape());
    const int n = input.size();
    Dims output;
    if (outsize.has_value()) {
        output = internal::per_axis(kName, "outsize", *outsize, n, 1);
        for (const bool cover_all : {false, true}) {
            const Dims count = internal::window_count(kName,
                                                      output,
                                                      kernel,
                                                      arguments.stride,
                                                      arguments.pad,
                                                      arguments.dilation,
                                                      cover_all);
            if (DimsView(count) == input) break;
            if (cover_all) {
                throw ValueError(
                    fmt::format("{}: outsize is {}, of which conv makes {}; expected one of which "
                                "it makes {}, as x has shape {}",
                                kName,
                                to_string(output),
                                to_string(count),
                                to_string(input),
                                to_string(x.shape())));
            }
        }
    } else {
        for (int i = 0; i < n; ++i) {
            output.push_back(arguments.stride[i] * (input[i] - 1) +
                             arguments.dilation[i] * (kernel[i] - 1) + 1 - 2 * arguments.pad[i]);
            if (output[i] < 1) {
                throw DimensionError(fmt::format(
                    "{}: axis {} of the result would have {} elements; use less padding than {}",
                    kName,
                    i + 2,
                    output[i],
                    arguments.pad[i]));
            }
        }
    }
    auto attrs = internal::make_conv_attrs<chx_attrs_conv_input_grad>(
        arguments.stride, arguments.pad, arguments.dilation, groups);
    internal::set_attr(attrs.n_input, attrs.input, output);
    Array y = internal::call(internal::kOps[internal::kOpConvInputGrad], {x, w}, &attrs);
    if (b.is_null()) return y;
    if (b.ndim() != 1 || b.shape()[0] != y.shape()[1]) {
        throw DimensionError(
            fmt::format("{}: b has shape {}; expected ({},) as w has shape {} with {} groups",
                        kName,
                        to_string(b.shape()),
                        y.shape()[1],
                        to_string(w.shape()),
                        groups));
    }
    return add(y, b.reshape(internal::with_spatial(1, b.shape()[0], Dims::filled(n, 1))));
}

}  // namespace chainerx
