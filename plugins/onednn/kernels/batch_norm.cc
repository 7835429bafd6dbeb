// batch_norm over all axes but the second, and its gradient, in float32.
#include <chx/ops/normalization.h>

#include "computation.h"
#include "engine.h"
#include "kernel_list.h"
#include "layout.h"
#include "normalization.h"
#include "primitive_attributes.h"

namespace onednn {
namespace {

template <class A>
Normalization normalization(const A& attrs, const chx_tensor& x) {
    bool is_per_channel = x.ndim >= 2 && x.ndim <= 5 && attrs.n_axes == x.ndim - 1;
    for (int64_t i = 0; is_per_channel && i < attrs.n_axes; ++i)
        is_per_channel = attrs.axes[i] == (i == 0 ? 0 : i + 1);
    if (!is_per_channel) refuse("oneDNN keeps the second axis only");
    require_normalization_work(x);
    const auto channels = plain_layout({x.shape[1]}, dnnl::memory::data_type::f32);
    return {layout_of(x), channels, channels, static_cast<float>(attrs.eps)};
}

dnnl::batch_normalization_forward::primitive_desc forward_description(const Normalization& n) {
    return {engine(),
            dnnl::prop_kind::forward_training,
            n.x,
            n.x,
            n.eps,
            kScaleAndShift,
            primitive_attributes()};
}

std::unique_ptr<Computation> forward(const chx_launch& launch) {
    const Normalization n =
        normalization(chx::attrs<chx_attrs_batch_norm>(launch), chx::input(launch, 0));
    return std::make_unique<Computation>(forward_description(n), forward_arguments(launch, n));
}

std::unique_ptr<Computation> backward(const chx_launch& launch) {
    const Normalization n =
        normalization(chx::attrs<chx_attrs_batch_norm_grad>(launch), chx::input(launch, 1));
    const dnnl::batch_normalization_backward::primitive_desc description(engine(),
                                                                         dnnl::prop_kind::backward,
                                                                         n.x,
                                                                         n.x,
                                                                         n.x,
                                                                         n.eps,
                                                                         kScaleAndShift,
                                                                         forward_description(n),
                                                                         primitive_attributes());
    return std::make_unique<Computation>(description, backward_arguments(launch, n));
}

}  // namespace

void register_batch_norm(KernelList& kernels) {
    add<forward>(kernels, CHX_OP_BATCH_NORM, CHX_OP_BATCH_NORM_VERSION, kOnRequest, kSumTolerances)
        .dtypes = "f32";
    add<backward>(
        kernels, CHX_OP_BATCH_NORM_GRAD, CHX_OP_BATCH_NORM_GRAD_VERSION, kOnRequest, kSumTolerances)
        .dtypes = "f32";
}

}  // namespace onednn
