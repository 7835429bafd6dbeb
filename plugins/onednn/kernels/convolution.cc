// conv and its gradients with respect to x (also the transposed convolution) and w.
#include <chx/ops/convolution.h>

#include "computation.h"
#include "engine.h"
#include "kernel_list.h"
#include "layout.h"
#include "primitive_attributes.h"

namespace onednn {
namespace {

using Role = Argument::Role;

// Multiplications below which the calls and reorders cost more than they save.
constexpr double kLeastWork = 2e6;

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
        work *= static_cast<double>(w.shape[i]);
    }
    if (work < kLeastWork * settings.least_work) refuse("too little work");
    return made;
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
    const Convolution c = convolution(chx::attrs<chx_attrs_conv>(launch),
                                      chx::input(launch, 0),
                                      chx::input(launch, 1),
                                      chx::output(launch, 0));
    const bool has_bias = launch.n_in > 2 && launch.in[2] != nullptr;
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
    const Convolution c = convolution(chx::attrs<chx_attrs_conv_input_grad>(launch),
                                      chx::output(launch, 0),
                                      chx::input(launch, 1),
                                      chx::input(launch, 0));
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
    const Convolution c = convolution(chx::attrs<chx_attrs_conv_weight_grad>(launch),
                                      chx::input(launch, 1),
                                      chx::output(launch, 0),
                                      chx::input(launch, 0));
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
    add<forward>(kernels, CHX_OP_CONV, CHX_OP_CONV_VERSION, kFaster, kSumTolerances);
    add<input_grad>(
        kernels, CHX_OP_CONV_INPUT_GRAD, CHX_OP_CONV_INPUT_GRAD_VERSION, kFaster, kSumTolerances);
    add<weight_grad>(
        kernels, CHX_OP_CONV_WEIGHT_GRAD, CHX_OP_CONV_WEIGHT_GRAD_VERSION, kFaster, kSumTolerances);
}

}  // namespace onednn
