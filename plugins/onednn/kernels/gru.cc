// gru_layer and its gradient, in float32: oneDNN's GRU that is linear before the reset. The gates are in its order.
#include <chx/ops/recurrent.h>

#include "engine.h"
#include "kernel_list.h"
#include "layout.h"
#include "primitive_attributes.h"
#include "recurrent.h"

namespace onednn {
namespace {

using Role = Argument::Role;

constexpr int64_t kGruGates = 3;
constexpr int64_t kGruBiases = 4;

template <class A>
RecurrentLayer gru(const chx_launch& launch, int first) {
    return {chx::input(launch, first),
            chx::input(launch, first + 1),
            kGruGates,
            chx::attrs<A>(launch).reverse != 0};
}

dnnl::lbr_gru_forward::primitive_desc gru_description(const RecurrentLayer& of,
                                                      dnnl::prop_kind kind) {
    return {engine(),
            kind,
            of.direction,
            of.x,
            of.state,
            any_layout(of.w),
            any_layout(of.r),
            of.bias(kGruBiases),
            of.y,
            dnnl::memory::desc(),
            primitive_attributes()};
}

// x, h, w, r, b from operand `first` on.
template <class Description>
std::vector<Argument> gru_operands(const RecurrentLayer& of,
                                   const Description& description,
                                   int first) {
    const dnnl::memory::desc bias = of.bias(kGruBiases);
    return {
        {DNNL_ARG_SRC_LAYER, Role::kInput, first, of.x, of.x},
        {DNNL_ARG_SRC_ITER, Role::kInput, first + 1, of.state, of.state},
        {DNNL_ARG_WEIGHTS_LAYER, Role::kWeight, first + 2, of.w, description.weights_layer_desc()},
        {DNNL_ARG_WEIGHTS_ITER, Role::kWeight, first + 3, of.r, description.weights_iter_desc()},
        {DNNL_ARG_BIAS, Role::kInput, first + 4, bias, bias}};
}

std::unique_ptr<Computation> gru_forward(const chx_launch& launch) {
    const RecurrentLayer of = gru<chx_attrs_gru_layer>(launch, 0);
    const auto description = gru_description(of, dnnl::prop_kind::forward_inference);
    std::vector<Argument> arguments = gru_operands(of, description, 0);
    arguments.push_back({DNNL_ARG_DST_LAYER, Role::kOutput, 0, of.y, of.y});
    return std::make_unique<RecurrentForward>(
        description, std::move(arguments), std::vector<Extra>{});
}

std::unique_ptr<Computation> gru_backward(const chx_launch& launch) {
    const RecurrentLayer of = gru<chx_attrs_gru_layer_grad>(launch, 1);
    const dnnl::memory::desc bias = of.bias(kGruBiases), none;
    const auto training = gru_description(of, dnnl::prop_kind::forward_training);
    auto forward = std::make_unique<RecurrentForward>(
        training,
        gru_operands(of, training, 1),
        std::vector<Extra>{{DNNL_ARG_DST_LAYER, of.y},
                           {DNNL_ARG_WORKSPACE, training.workspace_desc()}});
    const dnnl::lbr_gru_backward::primitive_desc description(engine(),
                                                             dnnl::prop_kind::backward,
                                                             of.direction,
                                                             of.x,
                                                             of.state,
                                                             any_layout(of.w),
                                                             any_layout(of.r),
                                                             bias,
                                                             of.y,
                                                             none,
                                                             of.x,
                                                             of.state,
                                                             any_layout(of.w),
                                                             any_layout(of.r),
                                                             bias,
                                                             of.y,
                                                             none,
                                                             training,
                                                             primitive_attributes());
    std::vector<Argument> arguments = gru_operands(of, description, 1);
    for (const Argument& argument :
         std::vector<Argument>{{DNNL_ARG_DIFF_DST_LAYER, Role::kInput, 0, of.y, of.y},
                               {DNNL_ARG_DIFF_SRC_LAYER, Role::kOutput, 0, of.x, of.x},
                               {DNNL_ARG_DIFF_SRC_ITER, Role::kOutput, 1, of.state, of.state},
                               {DNNL_ARG_DIFF_WEIGHTS_LAYER,
                                Role::kSum,
                                2,
                                of.w,
                                description.diff_weights_layer_desc()},
                               {DNNL_ARG_DIFF_WEIGHTS_ITER,
                                Role::kSum,
                                3,
                                of.r,
                                description.diff_weights_iter_desc()},
                               {DNNL_ARG_DIFF_BIAS, Role::kSum, 4, bias, bias}})
        arguments.push_back(argument);
    return std::make_unique<RecurrentGradient>(
        std::move(forward), description, std::move(arguments), std::vector<Extra>{});
}

}  // namespace

void register_gru(KernelList& kernels) {
    add<gru_forward>(kernels, CHX_OP_GRU_LAYER, CHX_OP_GRU_LAYER_VERSION, kFaster, kSumTolerances)
        .dtypes = "f32";
    add<gru_backward>(
        kernels, CHX_OP_GRU_LAYER_GRAD, CHX_OP_GRU_LAYER_GRAD_VERSION, kFaster, kSumTolerances)
        .dtypes = "f32";
}

}  // namespace onednn
