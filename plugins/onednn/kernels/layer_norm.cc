// layer_norm and its gradient, in float32.
#include <chx/ops/normalization.h>

#include "computation.h"
#include "engine.h"
#include "kernel_list.h"
#include "layout.h"
#include "normalization.h"
#include "primitive_attributes.h"

namespace onednn {
namespace {

using Type = dnnl::memory::data_type;

template <class A>
Normalization normalization(const A& attrs, const chx_tensor& x) {
    require_normalization_work(x);
    int64_t n = 1;
    for (int64_t i = attrs.first_axis; i < x.ndim; ++i) n *= x.shape[i];
    const int64_t n_rows = x.numel / n;
    return {plain_layout({n_rows, n}, Type::f32),
            plain_layout({n_rows}, Type::f32),
            plain_layout({n}, Type::f32),
            static_cast<float>(attrs.eps)};
}

dnnl::layer_normalization_forward::primitive_desc forward_description(const Normalization& n) {
    return {engine(),
            dnnl::prop_kind::forward_training,
            n.x,
            n.x,
            n.statistics,
            n.eps,
            kScaleAndShift,
            primitive_attributes()};
}

std::unique_ptr<Computation> forward(const chx_launch& launch) {
    const Normalization n =
        normalization(chx::attrs<chx_attrs_layer_norm>(launch), chx::input(launch, 0));
    return std::make_unique<Computation>(forward_description(n), forward_arguments(launch, n));
}

std::unique_ptr<Computation> backward(const chx_launch& launch) {
    const Normalization n =
        normalization(chx::attrs<chx_attrs_layer_norm_grad>(launch), chx::input(launch, 1));
    const dnnl::layer_normalization_backward::primitive_desc description(engine(),
                                                                         dnnl::prop_kind::backward,
                                                                         n.x,
                                                                         n.x,
                                                                         n.x,
                                                                         n.statistics,
                                                                         n.eps,
                                                                         kScaleAndShift,
                                                                         forward_description(n),
                                                                         primitive_attributes());
    std::vector<Argument> arguments = backward_arguments(launch, n);
    // It is asked for, and not used: beta does not matter to any gradient.
    arguments.push_back({DNNL_ARG_SHIFT, Argument::Role::kInput, 2, n.parameters, n.parameters});
    return std::make_unique<Computation>(description, std::move(arguments));
}

}  // namespace

void register_layer_norm(KernelList& kernels) {
    add<forward>(kernels, CHX_OP_LAYER_NORM, CHX_OP_LAYER_NORM_VERSION, kOnRequest, kSumTolerances)
        .dtypes = "f32";
    add<backward>(
        kernels, CHX_OP_LAYER_NORM_GRAD, CHX_OP_LAYER_NORM_GRAD_VERSION, kOnRequest, kSumTolerances)
        .dtypes = "f32";
}

}  // namespace onednn
