// Element-wise functions, of those that are the core's for NaN, infinities and signs, where they beat the plugin native's.
#include <chx/ops/activation.h>
#include <chx/ops/arithmetic.h>
#include <chx/ops/exponential.h>
#include <chx/ops/hyperbolic.h>

#include "computation.h"
#include "engine.h"
#include "kernel_list.h"
#include "layout.h"
#include "primitive_attributes.h"

namespace onednn {
namespace {

using Role = Argument::Role;

constexpr double kLeastElements = 16384;

template <dnnl::algorithm algorithm>
std::unique_ptr<Computation> function(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    if (static_cast<double>(x.numel) < kLeastElements * settings.least_work)
        refuse("too little work");
    const dnnl::memory::desc elements = plain_layout({x.numel}, data_type(x));
    const dnnl::eltwise_forward::primitive_desc description(engine(),
                                                            dnnl::prop_kind::forward_inference,
                                                            algorithm,
                                                            elements,
                                                            elements,
                                                            0.0f,
                                                            0.0f,
                                                            primitive_attributes());
    return std::make_unique<Computation>(
        description,
        std::vector<Argument>{{DNNL_ARG_SRC, Role::kInput, 0, elements, elements},
                              {DNNL_ARG_DST, Role::kOutput, 0, elements, elements}});
}

// dtypes: those of the given ones in which the function wins; in float16 on any processor that computes with it.
template <dnnl::algorithm algorithm>
void add_function(KernelList& kernels, const char* op, uint32_t version, const char* dtypes) {
    for (const char* dtype : {"f32", "bf16", "f16"}) {
        if (!has_dtype(dtypes, dtype) || !has_dtype(settings.dtypes, dtype)) continue;
        const bool wins = has_dtype("f16", dtype) || has_wide_vectors();
        const int64_t priority = wins ? kFaster : kOnRequest;
        chx_kernel_def& def =
            add<function<algorithm>>(kernels, op, version, priority, kFunctionTolerances);
        def.dtypes = dtype;
        def.least_elements = least_elements(kLeastElements);
    }
}

}  // namespace

void register_elementwise(KernelList& kernels) {
    using enum dnnl::algorithm;
    add_function<eltwise_tanh>(kernels, CHX_OP_TANH, CHX_OP_TANH_VERSION, "bf16 f16");
    add_function<eltwise_logistic>(kernels, CHX_OP_SIGMOID, CHX_OP_SIGMOID_VERSION, "f16");
    add_function<eltwise_sqrt>(kernels, CHX_OP_SQRT, CHX_OP_SQRT_VERSION, "bf16 f16");
    add_function<eltwise_square>(kernels, CHX_OP_SQUARE, CHX_OP_SQUARE_VERSION, "bf16 f16");
    add_function<eltwise_abs>(kernels, CHX_OP_ABS, CHX_OP_ABS_VERSION, "f16");
}

}  // namespace onednn
