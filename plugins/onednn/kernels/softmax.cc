// softmax and log_softmax along any axis.
#include <chx/ops/activation.h>

#include "computation.h"
#include "engine.h"
#include "kernel_list.h"
#include "layout.h"
#include "primitive_attributes.h"

namespace onednn {
namespace {

using Role = Argument::Role;

constexpr double kLeastElements = 4096;

std::unique_ptr<Computation> computation(const chx_launch& launch,
                                         dnnl::algorithm algorithm,
                                         int64_t axis) {
    const chx_tensor& x = chx::input(launch, 0);
    if (x.ndim < 1 || x.ndim > DNNL_MAX_NDIMS) refuse("a number of axes that oneDNN does not know");
    if (static_cast<double>(x.numel) < kLeastElements * settings.least_work)
        refuse("too little work");
    const dnnl::memory::desc layout = layout_of(x);
    const dnnl::softmax_forward::primitive_desc description(engine(),
                                                            dnnl::prop_kind::forward_training,
                                                            algorithm,
                                                            layout,
                                                            layout,
                                                            static_cast<int>(axis),
                                                            primitive_attributes());
    return std::make_unique<Computation>(
        description,
        std::vector<Argument>{{DNNL_ARG_SRC, Role::kInput, 0, layout, layout},
                              {DNNL_ARG_DST, Role::kOutput, 0, layout, layout}});
}

std::unique_ptr<Computation> softmax(const chx_launch& launch) {
    const int64_t axis = chx::attrs<chx_attrs_softmax>(launch).axis;
    return computation(launch, dnnl::algorithm::softmax_accurate, axis);
}

std::unique_ptr<Computation> log_softmax(const chx_launch& launch) {
    const int64_t axis = chx::attrs<chx_attrs_log_softmax>(launch).axis;
    return computation(launch, dnnl::algorithm::softmax_log, axis);
}

}  // namespace

void register_softmax(KernelList& kernels) {
    add<softmax>(kernels, CHX_OP_SOFTMAX, CHX_OP_SOFTMAX_VERSION, kOnRequest, kShareTolerances);
    add<log_softmax>(
        kernels, CHX_OP_LOG_SOFTMAX, CHX_OP_LOG_SOFTMAX_VERSION, kOnRequest, kShareTolerances);
}

}  // namespace onednn
