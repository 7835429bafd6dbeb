// Pooling: the greatest element, or the mean, of windows that slide over the spatial axes.
#include "chx/ops/pooling.h"

#include "ops/op_support.h"
#include "ops/windows.h"

namespace chainerx {
namespace internal {
namespace {

template <typename Attrs>
void check_pool(
    const OpDef& op, const char* name, DimsView shape, const Attrs& attrs, int64_t spatial_count) {
    check_spatial(op.name, name, shape);
    const int n = shape.size() - 2;
    check_per_axis(op, "kernel", attrs.n_kernel, n);
    check_per_axis(op, "stride", attrs.n_stride, n);
    check_per_axis(op, "pad", attrs.n_pad, n);
    check_per_axis(op, "extents", spatial_count, n);
}

// indices belong to a (N, C, ...) array.
void check_indices(const OpDef& op, DimsView shape, DimsView indices) {
    if (indices.size() != shape.size() || indices[0] != shape[0] || indices[1] != shape[1]) {
        throw DimensionError(fmt::format(
            "{}: shapes {} and {}; expected the same number of dimensions, batch and channels",
            op.name,
            to_string(shape),
            to_string(indices)));
    }
}

Array call_max_pool_grad(const Array& gy, const Array& indices, DimsView input) {
    auto attrs = make_attrs<chx_attrs_max_pool_grad>();
    set_attr(attrs.n_input, attrs.input, input);
    return call(kOps[kOpMaxPoolGrad], {gy, indices}, &attrs);
}

template <typename To, typename From>
To copy_average_attrs(const From& from) {
    auto attrs = make_attrs<To>();
    set_attr(attrs.n_kernel, attrs.kernel, {from.kernel, static_cast<int>(from.n_kernel)});
    set_attr(attrs.n_stride, attrs.stride, {from.stride, static_cast<int>(from.n_stride)});
    set_attr(attrs.n_pad, attrs.pad, {from.pad, static_cast<int>(from.n_pad)});
    attrs.count_pad = from.count_pad;
    return attrs;
}

}  // namespace

void infer_max_pool(InferContext& context) {
    const auto& attrs = context.attrs<chx_attrs_max_pool>();
    const DimsView x = context.shape(0);
    check_pool(context.op(), "x", x, attrs, attrs.n_output);
    const Shape shape = with_spatial(x[0], x[1], {attrs.output, static_cast<int>(attrs.n_output)});
    context.set(0, shape);
    context.set(1, shape);
}

void gradient_max_pool(GradientContext& context) {
    context.set(
        0, call_max_pool_grad(context.grad(), context.output(1), spatial(context.input_shape(0))));
}

void infer_max_pool_grad(InferContext& context) {
    const auto& attrs = context.attrs<chx_attrs_max_pool_grad>();
    const DimsView gy = context.shape(0);
    check_spatial("max_pool_grad", "gy", gy);
    check_per_axis(context.op(), "input", attrs.n_input, gy.size() - 2);
    if (gy != context.shape(1)) {
        throw DimensionError(fmt::format(
            "max_pool_grad: gy has shape {} and indices have shape {}; expected the same",
            to_string(gy),
            to_string(context.shape(1))));
    }
    context.set(0, with_spatial(gy[0], gy[1], {attrs.input, static_cast<int>(attrs.n_input)}));
}

void gradient_max_pool_grad(GradientContext& context) {
    context.set(0, call(kOps[kOpPoolGather], {context.grad(), context.input(1)}));
}

void infer_pool_gather(InferContext& context) {
    check_spatial("pool_gather", "x", context.shape(0));
    check_indices(context.op(), context.shape(0), context.shape(1));
    context.set(0, context.shape(1));
}

void gradient_pool_gather(GradientContext& context) {
    context.set(0,
                call_max_pool_grad(
                    context.grad(), array_of(context.input(1)), spatial(context.input_shape(0))));
}

void infer_average_pool(InferContext& context) {
    const auto& attrs = context.attrs<chx_attrs_average_pool>();
    const DimsView x = context.shape(0);
    check_pool(context.op(), "x", x, attrs, attrs.n_output);
    context.set(0, with_spatial(x[0], x[1], {attrs.output, static_cast<int>(attrs.n_output)}));
}

void gradient_average_pool(GradientContext& context) {
    auto attrs =
        copy_average_attrs<chx_attrs_average_pool_grad>(context.attrs<chx_attrs_average_pool>());
    set_attr(attrs.n_input, attrs.input, spatial(context.input_shape(0)));
    context.set(0, call(kOps[kOpAveragePoolGrad], {context.grad()}, &attrs));
}

void infer_average_pool_grad(InferContext& context) {
    const auto& attrs = context.attrs<chx_attrs_average_pool_grad>();
    const DimsView gy = context.shape(0);
    check_pool(context.op(), "gy", gy, attrs, attrs.n_input);
    context.set(0, with_spatial(gy[0], gy[1], {attrs.input, static_cast<int>(attrs.n_input)}));
}

void gradient_average_pool_grad(GradientContext& context) {
    auto attrs =
        copy_average_attrs<chx_attrs_average_pool>(context.attrs<chx_attrs_average_pool_grad>());
    set_attr(attrs.n_output, attrs.output, spatial(context.input_shape(0)));
    context.set(0, call(kOps[kOpAveragePool], {context.grad()}, &attrs));
}

}  // namespace internal

namespace {

// Fills in the attributes that both pools have, output included.
template <typename Attrs>
void set_pool_attrs(Attrs& attrs,
                    const char* op,
                    const Array& x,
                    const Dims& ksize,
                    const std::optional<Dims>& stride,
                    const Dims& pad,
                    bool cover_all) {
    internal::check_spatial(op, "x", x.shape());
    const int n = x.ndim() - 2;
    const Dims kernel = internal::per_axis(op, "ksize", ksize, n, 1);
    const Dims steps =
        stride.has_value() ? internal::per_axis(op, "stride", *stride, n, 1) : kernel;
    const Dims padding = internal::per_axis(op, "pad", pad, n, 0);
    internal::set_attr(attrs.n_kernel, attrs.kernel, kernel);
    internal::set_attr(attrs.n_stride, attrs.stride, steps);
    internal::set_attr(attrs.n_pad, attrs.pad, padding);
    internal::set_attr(attrs.n_output,
                       attrs.output,
                       internal::window_count(op,
                                              internal::spatial(x.shape()),
                                              kernel,
                                              steps,
                                              padding,
                                              Dims::filled(n, 1),
                                              cover_all));
}

}  // namespace

Array max_pool(const Array& x,
               const Dims& ksize,
               const std::optional<Dims>& stride,
               const Dims& pad,
               bool cover_all) {
    auto attrs = internal::make_attrs<chx_attrs_max_pool>();
    set_pool_attrs(attrs, "max_pool", x, ksize, stride, pad, cover_all);
    const Operand operand(x);
    Array outputs[2];
    internal::dispatch(internal::kOps[internal::kOpMaxPool], &operand, 1, &attrs, outputs);
    return outputs[0];
}

Array average_pool(const Array& x,
                   const Dims& ksize,
                   const std::optional<Dims>& stride,
                   const Dims& pad,
                   std::string_view pad_mode) {
    if (pad_mode != "ignore" && pad_mode != "zero") {
        throw ValueError(
            fmt::format("average_pool: pad_mode is '{}'; expected 'ignore' or 'zero'", pad_mode));
    }
    auto attrs = internal::make_attrs<chx_attrs_average_pool>();
    set_pool_attrs(attrs, "average_pool", x, ksize, stride, pad, false);
    attrs.count_pad = pad_mode == "zero" ? 1 : 0;
    return internal::call(internal::kOps[internal::kOpAveragePool], {x}, &attrs);
}

}  // namespace chainerx
