#include "normalization.h"

#include "engine.h"
#include "kernel_list.h"

namespace onednn {

namespace {

using Role = Argument::Role;

constexpr double kLeastElements = 4096;

void require_results(const chx_launch& launch) {
    for (int i = 0; i < 3; ++i) {
        if (launch.out[i] == nullptr) refuse("oneDNN computes all three results");
    }
}

}  // namespace

void require_normalization_work(const chx_tensor& x) {
    if (static_cast<double>(x.numel) < kLeastElements * settings.least_work)
        refuse("too little work");
}

std::vector<Argument> forward_arguments(const chx_launch& launch, const Normalization& n) {
    require_results(launch);
    return {{DNNL_ARG_SRC, Role::kInput, 0, n.x, n.x},
            {DNNL_ARG_SCALE, Role::kInput, 1, n.parameters, n.parameters},
            {DNNL_ARG_SHIFT, Role::kInput, 2, n.parameters, n.parameters},
            {DNNL_ARG_DST, Role::kOutput, 0, n.x, n.x},
            {DNNL_ARG_MEAN, Role::kOutput, 1, n.statistics, n.statistics},
            {DNNL_ARG_VARIANCE, Role::kOutput, 2, n.statistics, n.statistics}};
}

std::vector<Argument> backward_arguments(const chx_launch& launch, const Normalization& n) {
    require_results(launch);
    return {{DNNL_ARG_DIFF_DST, Role::kInput, 0, n.x, n.x},
            {DNNL_ARG_SRC, Role::kInput, 1, n.x, n.x},
            {DNNL_ARG_SCALE, Role::kInput, 2, n.parameters, n.parameters},
            {DNNL_ARG_MEAN, Role::kInput, 3, n.statistics, n.statistics},
            {DNNL_ARG_VARIANCE, Role::kInput, 4, n.statistics, n.statistics},
            {DNNL_ARG_DIFF_SRC, Role::kOutput, 0, n.x, n.x},
            {DNNL_ARG_DIFF_SCALE, Role::kOutput, 1, n.parameters, n.parameters},
            {DNNL_ARG_DIFF_SHIFT, Role::kOutput, 2, n.parameters, n.parameters}};
}

}  // namespace onednn
