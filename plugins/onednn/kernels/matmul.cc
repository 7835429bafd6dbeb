// matmul and linear. Operands in any order of axes are taken as they are.
#include <algorithm>

#include <chx/ops/linear_algebra.h>

#include "computation.h"
#include "engine.h"
#include "kernel_list.h"
#include "layout.h"
#include "primitive_attributes.h"

namespace onednn {
namespace {

using Role = Argument::Role;

// Multiplications below which a call costs more than it saves.
constexpr double kLeastWork = 5e5;
// The largest of the three matrices has so many elements then: their product is the square of the work.
constexpr double kLeastElements = 6299;

// oneDNN wants matrices whose rows or columns lie without gaps; others arrive as contiguous copies.
bool is_dense_matrix(const chx_tensor& tensor) {
    const int64_t* shape = tensor.shape + tensor.ndim - 2;
    const int64_t* strides = tensor.strides + tensor.ndim - 2;
    return (strides[1] == 1 && strides[0] >= shape[1]) ||
           (strides[0] == 1 && strides[1] >= shape[0]);
}

// Extents of 1 in place of those that a stride of 0 repeats.
dnnl::memory::desc matrix_layout(const chx_tensor& tensor) {
    Dims dims = extents(tensor.shape, tensor.ndim);
    Dims strides = extents(tensor.strides, tensor.ndim);
    int64_t size = 1;
    for (int i = tensor.ndim - 2; i < tensor.ndim; ++i) {
        size = std::max(size, dims[static_cast<size_t>(i)] * strides[static_cast<size_t>(i)]);
    }
    for (int i = tensor.ndim - 3; i >= 0; --i) {
        const auto axis = static_cast<size_t>(i);
        if (strides[axis] == 0) dims[axis] = 1;
        if (dims[axis] == 1) strides[axis] = size;
        if (strides[axis] < 0) refuse("an axis that runs backwards");
        size = std::max(size, dims[axis] * strides[axis]);
    }
    return {dims, data_type(tensor), strides};
}

void require_work(const chx_tensor& result, int64_t summed) {
    const double work = static_cast<double>(result.numel) * static_cast<double>(summed);
    if (work < kLeastWork * settings.least_work) refuse("too little work");
}

std::unique_ptr<Computation> product(const chx_launch& launch) {
    const chx_tensor &a = chx::input(launch, 0), &b = chx::input(launch, 1);
    const chx_tensor& y = chx::output(launch, 0);
    require_work(y, a.shape[a.ndim - 1]);
    if (!is_dense_matrix(a) || !is_dense_matrix(b)) refuse("matrices with gaps in both directions");
    if (y.ndim > DNNL_MAX_NDIMS) refuse("more axes than oneDNN knows");
    const dnnl::memory::desc left = matrix_layout(a), right = matrix_layout(b),
                             result = layout_of(y);
    const dnnl::matmul::primitive_desc description(
        engine(), left, right, result, primitive_attributes());
    return std::make_unique<Computation>(
        description,
        std::vector<Argument>{{DNNL_ARG_SRC, Role::kInput, 0, left, left},
                              {DNNL_ARG_WEIGHTS, Role::kInput, 1, right, right},
                              {DNNL_ARG_DST, Role::kOutput, 0, result, result}});
}

std::unique_ptr<Computation> linear(const chx_launch& launch) {
    const chx_tensor &x = chx::input(launch, 0), &w = chx::input(launch, 1);
    const chx_tensor& y = chx::output(launch, 0);
    require_work(y, x.shape[1]);
    const dnnl::memory::desc source = layout_of(x), result = layout_of(y);
    // The transpose of w, in the order that suits oneDNN; kept, since layers are called with the same weights again.
    const dnnl::memory::desc weights(
        {w.shape[1], w.shape[0]}, data_type(w), Dims{w.strides[1], w.strides[0]});
    const dnnl::memory::desc any = any_layout(weights);
    const bool has_bias = launch.n_in > 2 && launch.in[2] != nullptr;
    const dnnl::memory::desc bias = plain_layout({1, w.shape[0]}, data_type(w));
    const dnnl::matmul::primitive_desc description =
        has_bias
            ? dnnl::matmul::primitive_desc(
                  engine(), source, any, bias, result, primitive_attributes())
            : dnnl::matmul::primitive_desc(engine(), source, any, result, primitive_attributes());
    std::vector<Argument> arguments{
        {DNNL_ARG_SRC, Role::kInput, 0, source, source},
        {DNNL_ARG_WEIGHTS, Role::kWeight, 1, weights, description.weights_desc()},
        {DNNL_ARG_DST, Role::kOutput, 0, result, result}};
    if (has_bias) arguments.push_back({DNNL_ARG_BIAS, Role::kInput, 2, bias, bias});
    return std::make_unique<Computation>(description, std::move(arguments));
}

}  // namespace

void register_matmul(KernelList& kernels) {
    // With vectors of 256 bits the products of the plugin native are as fast, and cost less to call.
    const int64_t priority = has_wide_vectors() ? kFaster : kOnRequest;
    add<product>(
        kernels, CHX_OP_MATMUL, CHX_OP_MATMUL_VERSION, priority, kSumTolerances, CHX_K_STRIDED_IN)
        .least_elements = least_elements(kLeastElements);
    add<linear>(kernels, CHX_OP_LINEAR, CHX_OP_LINEAR_VERSION, priority, kSumTolerances)
        .least_elements = least_elements(kLeastElements);
}

}  // namespace onednn
