// batch_norm over all axes but the second, and its gradient, in float32.
#include <chx/ops/normalization.h>

#include "computation.h"
#include "engine.h"
#include "kernel_list.h"
#include "layout.h"
#include "primitive_attributes.h"

namespace onednn {
namespace {

using Role = Argument::Role;

constexpr double kLeastElements = 4096;
const auto kFlags = dnnl::normalization_flags::use_scale | dnnl::normalization_flags::use_shift;

struct Normalization {
    dnnl::memory::desc x, channels;
    float eps;
};

template <class A>
Normalization normalization(const A& attrs, const chx_tensor& x) {
    bool is_per_channel = x.ndim >= 2 && x.ndim <= 5 && attrs.n_axes == x.ndim - 1;
    for (int64_t i = 0; is_per_channel && i < attrs.n_axes; ++i)
        is_per_channel = attrs.axes[i] == (i == 0 ? 0 : i + 1);
    if (!is_per_channel) refuse("oneDNN keeps the second axis only");
    if (static_cast<double>(x.numel) < kLeastElements * settings.least_work)
        refuse("too little work");
    return {layout_of(x),
            plain_layout({x.shape[1]}, dnnl::memory::data_type::f32),
            static_cast<float>(attrs.eps)};
}

dnnl::batch_normalization_forward::primitive_desc forward_description(const Normalization& n) {
    return {engine(),
            dnnl::prop_kind::forward_training,
            n.x,
            n.x,
            n.eps,
            kFlags,
            primitive_attributes()};
}

std::unique_ptr<Computation> forward(const chx_launch& launch) {
    if (launch.out[1] == nullptr || launch.out[2] == nullptr) refuse("statistics not wanted");
    const Normalization n =
        normalization(chx::attrs<chx_attrs_batch_norm>(launch), chx::input(launch, 0));
    return std::make_unique<Computation>(
        forward_description(n),
        std::vector<Argument>{{DNNL_ARG_SRC, Role::kInput, 0, n.x, n.x},
                              {DNNL_ARG_SCALE, Role::kInput, 1, n.channels, n.channels},
                              {DNNL_ARG_SHIFT, Role::kInput, 2, n.channels, n.channels},
                              {DNNL_ARG_DST, Role::kOutput, 0, n.x, n.x},
                              {DNNL_ARG_MEAN, Role::kOutput, 1, n.channels, n.channels},
                              {DNNL_ARG_VARIANCE, Role::kOutput, 2, n.channels, n.channels}});
}

std::unique_ptr<Computation> backward(const chx_launch& launch) {
    for (int i = 0; i < 3; ++i) {
        if (launch.out[i] == nullptr) refuse("oneDNN computes all three gradients");
    }
    const Normalization n =
        normalization(chx::attrs<chx_attrs_batch_norm_grad>(launch), chx::input(launch, 1));
    const dnnl::batch_normalization_backward::primitive_desc description(engine(),
                                                                         dnnl::prop_kind::backward,
                                                                         n.x,
                                                                         n.x,
                                                                         n.x,
                                                                         n.eps,
                                                                         kFlags,
                                                                         forward_description(n),
                                                                         primitive_attributes());
    return std::make_unique<Computation>(
        description,
        std::vector<Argument>{{DNNL_ARG_DIFF_DST, Role::kInput, 0, n.x, n.x},
                              {DNNL_ARG_SRC, Role::kInput, 1, n.x, n.x},
                              {DNNL_ARG_SCALE, Role::kInput, 2, n.channels, n.channels},
                              {DNNL_ARG_MEAN, Role::kInput, 3, n.channels, n.channels},
                              {DNNL_ARG_VARIANCE, Role::kInput, 4, n.channels, n.channels},
                              {DNNL_ARG_DIFF_SRC, Role::kOutput, 0, n.x, n.x},
                              {DNNL_ARG_DIFF_SCALE, Role::kOutput, 1, n.channels, n.channels},
                              {DNNL_ARG_DIFF_SHIFT, Role::kOutput, 2, n.channels, n.channels}});
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
