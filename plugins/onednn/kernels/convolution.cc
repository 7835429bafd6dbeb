// conv and its gradients with respect to x (also the transposed convolution) and w.
#include <chx/ops/convolution.h>

#include "computation.h"
#include "engine.h"
#include "kernel_list.h"
#include "layout.h"
#include "pointwise_product.h"
#include "primitive_attributes.h"

namespace onednn {
namespace {

using Role = Argument::Role;

// Multiplications below which the calls and reorders cost more than they save.
constexpr double kLeastWork = 2e6;
// One of x, w and y has so many elements then, since the work is at most the product of the latter two.
constexpr double kLeastElements = 1414;

// A convolution in oneDNN's terms; all three ops are about the same x, w and y.
struct Convolution {
    dnnl::memory::desc x, w, y;
    Dims stride, dilation, pad_before, pad_behind;
};

Dims filter_extents(const chx_tensor& w, int64_t groups) {
    Dims dims = extents(w.shape, w.ndim);
    if (groups > 1) {
        dims[0] /= groups;
        dims.insert(dims.begin(), groups);
    }
    return dims;
}

// Zeros behind an axis: as many as the output needs, but none taken away where the last window merely does not reach
// the end.
int64_t pad_behind(int64_t in, int64_t out, int64_t window, int64_t stride, int64_t before) {
    const int64_t exact = (out - 1) * stride + window - in - before;
    return exact < 0 && exact > -stride ? 0 : exact;
}

template <class A>
Convolution convolution(const A& attrs,
                        const chx_tensor& x,
                        const chx_tensor& w,
                        const chx_tensor& y) {
    if (x.ndim < 3 || x.ndim > 5) refuse("oneDNN convolves along one to three axes");
    Convolution made{plain_layout(extents(x.shape, x.ndim), data_type(x)),
                     plain_layout(filter_extents(w, attrs.groups), data_type(w)),
                     plain_layout(extents(y.shape, y.ndim), data_type(y)),
                     extents(attrs.stride, attrs.n_stride),
                     {},
                     extents(attrs.pad, attrs.n_pad),
                     {}};
    double work = static_cast<double>(y.numel) * static_cast<double>(w.shape[1]);
    for (int i = 2; i < x.ndim; ++i) {
        const int64_t dilation = attrs.dilation[i - 2];
        const int64_t window = (w.shape[i] - 1) * dilation + 1;
        made.dilation.push_back(dilation - 1);
        made.pad_behind.push_back(
            pad_behind(x.shape[i], y.shape[i], window, attrs.stride[i - 2], attrs.pad[i - 2]));
        if (made.pad_behind.back() < 0) refuse("the last window ends a step or more before x does");
        work *= static_cast<double>(w.shape[i]);
    }
    if (work < kLeastWork * settings.least_work) refuse("too little work");
    return made;
}

// The convolution as products of matrices, or nullptr if that is impossible or slower.
template <class A>
std::unique_ptr<Computation> pointwise(PointwiseProduct::Kind kind,
                                       const A& attrs,
                                       const Convolution& c) {
    if (attrs.groups != 1 || c.x.get_data_type() != dnnl::memory::data_type::f32) return nullptr;
    const Dims x = c.x.get_dims(), w = c.w.get_dims(), y = c.y.get_dims();
    PointwiseProduct::Extents extents{x[0], x[1], w[0], 1};
    for (size_t i = 0; i < c.stride.size(); ++i) {
        const bool is_aligned = c.stride[i] == 1 && c.pad_before[i] == 0 && x[i + 2] == y[i + 2];
        if (w[i + 2] != 1 || !is_aligned) return nullptr;
        extents.plane *= x[i + 2];
    }
    if (settings.least_work != 0 && !PointwiseProduct::is_faster(kind, extents)) return nullptr;
    return std::make_unique<PointwiseProduct>(kind, extents);
}

dnnl::convolution_forward::primitive_desc forward_description(const Convolution& c, bool has_bias) {
    const dnnl::memory::desc bias = plain_layout({c.y.get_dims()[1]}, c.y.get_data_type());
    const auto kind = dnnl::prop_kind::forward_training;
    const auto algorithm = dnnl::algorithm::convolution_direct;
    const dnnl::memory::desc x = any_layout(c.x), w = any_layout(c.w), y = any_layout(c.y);
    const dnnl::primitive_attr attributes = primitive_attributes();
    if (has_bias) {
        return {engine(),
                kind,
                algorithm,
                x,
                w,
                bias,
                y,
                c.stride,
                c.dilation,
                c.pad_before,
                c.pad_behind,
                attributes};
    }
    return {engine(),
            kind,
            algorithm,
            x,
            w,
            y,
            c.stride,
            c.dilation,
            c.pad_before,
            c.pad_behind,
            attributes};
}

std::unique_ptr<Computation> forward(const chx_launch& launch) {
    const auto& attrs = chx::attrs<chx_attrs_conv>(launch);
    const Convolution c =
        convolution(attrs, chx::input(launch, 0), chx::input(launch, 1), chx::output(launch, 0));
    const bool has_bias = launch.n_in > 2 && launch.in[2] != nullptr;
    if (!has_bias) {
        if (auto product = pointwise(PointwiseProduct::Kind::kForward, attrs, c)) return product;
    }
    const auto description = forward_description(c, has_bias);
    std::vector<Argument> arguments{
        {DNNL_ARG_SRC, Role::kInput, 0, c.x, description.src_desc()},
        {DNNL_ARG_WEIGHTS, Role::kWeight, 1, c.w, description.weights_desc()},
        {DNNL_ARG_DST, Role::kOutput, 0, c.y, description.dst_desc()}};
    if (has_bias) {
        const dnnl::memory::desc bias = description.bias_desc();
        arguments.push_back({DNNL_ARG_BIAS, Role::kInput, 2, bias, bias});
    }
    return std::make_unique<Computation>(description, std::move(arguments));
}

std::unique_ptr<Computation> input_grad(const chx_launch& launch) {
    const auto& attrs = chx::attrs<chx_attrs_conv_input_grad>(launch);
    const Convolution c =
        convolution(attrs, chx::output(launch, 0), chx::input(launch, 1), chx::input(launch, 0));
    if (auto product = pointwise(PointwiseProduct::Kind::kInputGrad, attrs, c)) return product;
    const dnnl::convolution_backward_data::primitive_desc description(
        engine(),
        dnnl::algorithm::convolution_direct,
        any_layout(c.x),
        any_layout(c.w),
        any_layout(c.y),
        c.stride,
        c.dilation,
        c.pad_before,
        c.pad_behind,
        forward_description(c, false),
        primitive_attributes());
    return std::make_unique<Computation>(
        description,
        std::vector<Argument>{
            {DNNL_ARG_DIFF_DST, Role::kInput, 0, c.y, description.diff_dst_desc()},
            {DNNL_ARG_WEIGHTS, Role::kWeight, 1, c.w, description.weights_desc()},
            {DNNL_ARG_DIFF_SRC, Role::kOutput, 0, c.x, description.diff_src_desc()}});
}

std::unique_ptr<Computation> weight_grad(const chx_launch& launch) {
    const auto& attrs = chx::attrs<chx_attrs_conv_weight_grad>(launch);
    const Convolution c =
        convolution(attrs, chx::input(launch, 1), chx::output(launch, 0), chx::input(launch, 0));
    if (auto product = pointwise(PointwiseProduct::Kind::kWeightGrad, attrs, c)) return product;
    const dnnl::convolution_backward_weights::primitive_desc description(
        engine(),
        dnnl::algorithm::convolution_direct,
        any_layout(c.x),
        any_layout(c.w),
        any_layout(c.y),
        c.stride,
        c.dilation,
        c.pad_before,
        c.pad_behind,
        forward_description(c, false),
        primitive_attributes());
    return std::make_unique<Computation>(
        description,
        std::vector<Argument>{
            {DNNL_ARG_DIFF_DST, Role::kInput, 0, c.y, description.diff_dst_desc()},
            {DNNL_ARG_SRC, Role::kInput, 1, c.x, description.src_desc()},
            {DNNL_ARG_DIFF_WEIGHTS, Role::kOutput, 0, c.w, description.diff_weights_desc()}});
}

}  // namespace

void register_convolution(KernelList& kernels) {
    add<forward>(kernels, CHX_OP_CONV, CHX_OP_CONV_VERSION, kFaster, kSumTolerances)
        .least_elements = least_elements(kLeastElements);
    add<input_grad>(
        kernels, CHX_OP_CONV_INPUT_GRAD, CHX_OP_CONV_INPUT_GRAD_VERSION, kFaster, kSumTolerances)
        .least_elements = least_elements(kLeastElements);
    add<weight_grad>(
        kernels, CHX_OP_CONV_WEIGHT_GRAD, CHX_OP_CONV_WEIGHT_GRAD_VERSION, kFaster, kSumTolerances)
        .least_elements = least_elements(kLeastElements);
}

}  // namespace onednn
