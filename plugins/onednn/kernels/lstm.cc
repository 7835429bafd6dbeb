// lstm_layer and its gradient, in float32. The gates are in oneDNN's order.
#include <chx/ops/recurrent.h>

#include "engine.h"
#include "kernel_list.h"
#include "layout.h"
#include "primitive_attributes.h"
#include "recurrent.h"

namespace onednn {
namespace {

using Role = Argument::Role;

constexpr int64_t kLstmGates = 4;

template <class A>
RecurrentLayer lstm(const chx_launch& launch, int first) {
    return {chx::input(launch, first),
            chx::input(launch, first + 1),
            kLstmGates,
            chx::attrs<A>(launch).reverse != 0};
}

dnnl::lstm_forward::primitive_desc lstm_description(const RecurrentLayer& of,
                                                    dnnl::prop_kind kind) {
    return {engine(),
            kind,
            of.direction,
            of.x,
            of.state,
            of.state,
            any_layout(of.w),
            any_layout(of.r),
            of.bias(kLstmGates),
            of.y,
            of.state,
            of.state,
            primitive_attributes()};
}

// x, h, c, w, r, b from operand `first` on.
template <class Description>
std::vector<Argument> lstm_operands(const RecurrentLayer& of,
                                    const Description& description,
                                    int first) {
    const dnnl::memory::desc bias = of.bias(kLstmGates);
    return {
        {DNNL_ARG_SRC_LAYER, Role::kInput, first, of.x, of.x},
        {DNNL_ARG_SRC_ITER, Role::kInput, first + 1, of.state, of.state},
        {DNNL_ARG_SRC_ITER_C, Role::kInput, first + 2, of.state, of.state},
        {DNNL_ARG_WEIGHTS_LAYER, Role::kWeight, first + 3, of.w, description.weights_layer_desc()},
        {DNNL_ARG_WEIGHTS_ITER, Role::kWeight, first + 4, of.r, description.weights_iter_desc()},
        {DNNL_ARG_BIAS, Role::kInput, first + 5, bias, bias}};
}

std::unique_ptr<Computation> lstm_forward(const chx_launch& launch) {
    const RecurrentLayer of = lstm<chx_attrs_lstm_layer>(launch, 0);
    const auto description = lstm_description(of, dnnl::prop_kind::forward_inference);
    std::vector<Argument> arguments = lstm_operands(of, description, 0);
    arguments.push_back({DNNL_ARG_DST_LAYER, Role::kOutput, 0, of.y, of.y});
    arguments.push_back({DNNL_ARG_DST_ITER_C, Role::kOutput, 1, of.state, of.state});
    // It is the last one of y; oneDNN does not leave it out where it has the cell.
    return std::make_unique<RecurrentForward>(
        description, std::move(arguments), std::vector<Extra>{{DNNL_ARG_DST_ITER, of.state}});
}

std::unique_ptr<Computation> lstm_backward(const chx_launch& launch) {
    const RecurrentLayer of = lstm<chx_attrs_lstm_layer_grad>(launch, 2);
    const dnnl::memory::desc bias = of.bias(kLstmGates);
    const auto training = lstm_description(of, dnnl::prop_kind::forward_training);
    auto forward = std::make_unique<RecurrentForward>(
        training,
        lstm_operands(of, training, 2),
        std::vector<Extra>{{DNNL_ARG_DST_LAYER, of.y},
                           {DNNL_ARG_DST_ITER, of.state},
                           {DNNL_ARG_DST_ITER_C, of.state},
                           {DNNL_ARG_WORKSPACE, training.workspace_desc()}});
    const dnnl::lstm_backward::primitive_desc description(engine(),
                                                          dnnl::prop_kind::backward,
                                                          of.direction,
                                                          of.x,
                                                          of.state,
                                                          of.state,
                                                          any_layout(of.w),
                                                          any_layout(of.r),
                                                          bias,
                                                          of.y,
                                                          of.state,
                                                          of.state,
                                                          of.x,
                                                          of.state,
                                                          of.state,
                                                          any_layout(of.w),
                                                          any_layout(of.r),
                                                          bias,
                                                          of.y,
                                                          of.state,
                                                          of.state,
                                                          training,
                                                          primitive_attributes());
    std::vector<Argument> arguments = lstm_operands(of, description, 2);
    for (const Argument& argument :
         std::vector<Argument>{{DNNL_ARG_DIFF_DST_LAYER, Role::kInput, 0, of.y, of.y},
                               {DNNL_ARG_DIFF_DST_ITER_C, Role::kInput, 1, of.state, of.state},
                               {DNNL_ARG_DIFF_SRC_LAYER, Role::kOutput, 0, of.x, of.x},
                               {DNNL_ARG_DIFF_SRC_ITER, Role::kOutput, 1, of.state, of.state},
                               {DNNL_ARG_DIFF_SRC_ITER_C, Role::kOutput, 2, of.state, of.state},
                               {DNNL_ARG_DIFF_WEIGHTS_LAYER,
                                Role::kSum,
                                3,
                                of.w,
                                description.diff_weights_layer_desc()},
                               {DNNL_ARG_DIFF_WEIGHTS_ITER,
                                Role::kSum,
                                4,
                                of.r,
                                description.diff_weights_iter_desc()},
                               {DNNL_ARG_DIFF_BIAS, Role::kSum, 5, bias, bias}})
        arguments.push_back(argument);
    return std::make_unique<RecurrentGradient>(
        std::move(forward),
        description,
        std::move(arguments),
        std::vector<Extra>{{DNNL_ARG_DIFF_DST_ITER, of.state, Extra::Content::kZeros}});
}

}  // namespace

void register_lstm(KernelList& kernels) {
    add<lstm_forward>(
        kernels, CHX_OP_LSTM_LAYER, CHX_OP_LSTM_LAYER_VERSION, kFaster, kSumTolerances)
        .dtypes = "f32";
    add<lstm_backward>(
        kernels, CHX_OP_LSTM_LAYER_GRAD, CHX_OP_LSTM_LAYER_GRAD_VERSION, kFaster, kSumTolerances)
        .dtypes = "f32";
}

}  // namespace onednn
