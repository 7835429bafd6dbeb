// average_pool and its gradient.
#include <chx/ops/pooling.h>

#include "computation.h"
#include "engine.h"
#include "kernel_list.h"
#include "layout.h"
#include "primitive_attributes.h"

namespace onednn {
namespace {

using Role = Argument::Role;

constexpr double kLeastElements = 4096;

struct Pooling {
    dnnl::memory::desc x, y;
    dnnl::algorithm algorithm;
    Dims kernel, stride, dilation, pad_before, pad_behind;
};

template <class A>
Pooling pooling(const A& attrs, const chx_tensor& x, const chx_tensor& y) {
    if (x.ndim < 3 || x.ndim > 5) refuse("oneDNN pools along one to three axes");
    if (static_cast<double>(x.numel) < kLeastElements * settings.least_work)
        refuse("too little work");
    Pooling made{layout_of(x),
                 layout_of(y),
                 attrs.count_pad != 0 ? dnnl::algorithm::pooling_avg_include_padding
                                      : dnnl::algorithm::pooling_avg_exclude_padding,
                 extents(attrs.kernel, attrs.n_kernel),
                 extents(attrs.stride, attrs.n_stride),
                 Dims(static_cast<size_t>(attrs.n_kernel), 0),
                 extents(attrs.pad, attrs.n_pad),
                 {}};
    for (int i = 0; i < x.ndim - 2; ++i) {
        const int64_t reached = (y.shape[i + 2] - 1) * attrs.stride[i] + attrs.kernel[i];
        const int64_t behind = reached - x.shape[i + 2] - attrs.pad[i];
        // oneDNN divides by its own idea of the window where it hangs over the padding behind.
        if (behind > attrs.pad[i]) refuse("windows that reach over the padding");
        made.pad_behind.push_back(behind < 0 && behind > -attrs.stride[i] ? 0 : behind);
    }
    return made;
}

dnnl::pooling_forward::primitive_desc forward_description(const Pooling& p) {
    return {engine(),
            dnnl::prop_kind::forward_training,
            p.algorithm,
            p.x,
            any_layout(p.y),
            p.stride,
            p.kernel,
            p.dilation,
            p.pad_before,
            p.pad_behind,
            primitive_attributes()};
}

std::unique_ptr<Computation> forward(const chx_launch& launch) {
    const Pooling p = pooling(
        chx::attrs<chx_attrs_average_pool>(launch), chx::input(launch, 0), chx::output(launch, 0));
    const auto description = forward_description(p);
    return std::make_unique<Computation>(
        description,
        std::vector<Argument>{{DNNL_ARG_SRC, Role::kInput, 0, p.x, description.src_desc()},
                              {DNNL_ARG_DST, Role::kOutput, 0, p.y, description.dst_desc()}});
}

std::unique_ptr<Computation> backward(const chx_launch& launch) {
    const Pooling p = pooling(chx::attrs<chx_attrs_average_pool_grad>(launch),
                              chx::output(launch, 0),
                              chx::input(launch, 0));
    const dnnl::pooling_backward::primitive_desc description(engine(),
                                                             p.algorithm,
                                                             p.x,
                                                             p.y,
                                                             p.stride,
                                                             p.kernel,
                                                             p.dilation,
                                                             p.pad_before,
                                                             p.pad_behind,
                                                             forward_description(p),
                                                             primitive_attributes());
    return std::make_unique<Computation>(
        description,
        std::vector<Argument>{
            {DNNL_ARG_DIFF_DST, Role::kInput, 0, p.y, description.diff_dst_desc()},
            {DNNL_ARG_DIFF_SRC, Role::kOutput, 0, p.x, description.diff_src_desc()}});
}

}  // namespace

void register_average_pooling(KernelList& kernels) {
    add<forward>(
        kernels, CHX_OP_AVERAGE_POOL, CHX_OP_AVERAGE_POOL_VERSION, kOnRequest, kShareTolerances);
    add<backward>(kernels,
                  CHX_OP_AVERAGE_POOL_GRAD,
                  CHX_OP_AVERAGE_POOL_GRAD_VERSION,
                  kOnRequest,
                  kShareTolerances);
}

}  // namespace onednn
