// layer_norm and its gradient, in float32.
#include <chx/ops/normalization.h>

#include "computation.h"
#include "engine.h"
#include "kernel_list.h"
#include "layout.h"
#include "primitive_attributes.h"

namespace onednn {
namespace {

using Role = Argument::Role;
using Type = dnnl::memory::data_type;

constexpr double kLeastElements = 4096;
const auto kFlags = dnnl::normalization_flags::use_scale | dnnl::normalization_flags::use_shift;

struct Normalization {
    dnnl::memory::desc rows, statistics, parameters;
    float eps;
};

template <class A>
Normalization normalization(const A& attrs, const chx_tensor& x) {
    if (static_cast<double>(x.numel) < kLeastElements * settings.least_work)
        refuse("too little work");
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
            n.rows,
            n.rows,
            n.statistics,
            n.eps,
            kFlags,
            primitive_attributes()};
}

std::unique_ptr<Computation> forward(const chx_launch& launch) {
    if (launch.out[1] == nullptr || launch.out[2] == nullptr) refuse("statistics not wanted");
    const Normalization n =
        normalization(chx::attrs<chx_attrs_layer_norm>(launch), chx::input(launch, 0));
    return std::make_unique<Computation>(
        forward_description(n),
        std::vector<Argument>{{DNNL_ARG_SRC, Role::kInput, 0, n.rows, n.rows},
                              {DNNL_ARG_SCALE, Role::kInput, 1, n.parameters, n.parameters},
                              {DNNL_ARG_SHIFT, Role::kInput, 2, n.parameters, n.parameters},
                              {DNNL_ARG_DST, Role::kOutput, 0, n.rows, n.rows},
                              {DNNL_ARG_MEAN, Role::kOutput, 1, n.statistics, n.statistics},
                              {DNNL_ARG_VARIANCE, Role::kOutput, 2, n.statistics, n.statistics}});
}

std::unique_ptr<Computation> backward(const chx_launch& launch) {
    for (int i = 0; i < 3; ++i) {
        if (launch.out[i] == nullptr) refuse("oneDNN computes all three gradients");
    }
    const Normalization n =
        normalization(chx::attrs<chx_attrs_layer_norm_grad>(launch), chx::input(launch, 1));
    const dnnl::layer_normalization_backward::primitive_desc description(engine(),
                                                                         dnnl::prop_kind::backward,
                                                                         n.rows,
                                                                         n.rows,
                                                                         n.rows,
                                                                         n.statistics,
                                                                         n.eps,
                                                                         kFlags,
                                                                         forward_description(n),
                                                                         primitive_attributes());
    return std::make_unique<Computation>(
        description,
        std::vector<Argument>{
            {DNNL_ARG_DIFF_DST, Role::kInput, 0, n.rows, n.rows},
            {DNNL_ARG_SRC, Role::kInput, 1, n.rows, n.rows},
            {DNNL_ARG_SCALE, Role::kInput, 2, n.parameters, n.parameters},
            // It is asked for, and not used: beta does not matter to any gradient.
            {DNNL_ARG_SHIFT, Role::kInput, 2, n.parameters, n.parameters},
            {DNNL_ARG_MEAN, Role::kInput, 3, n.statistics, n.statistics},
            {DNNL_ARG_VARIANCE, Role::kInput, 4, n.statistics, n.statistics},
            {DNNL_ARG_DIFF_SRC, Role::kOutput, 0, n.rows, n.rows},
            {DNNL_ARG_DIFF_SCALE, Role::kOutput, 1, n.parameters, n.parameters},
            {DNNL_ARG_DIFF_SHIFT, Role::kOutput, 2, n.parameters, n.parameters}});
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
