// copy of arrays whose axes lie in another order, and casts from and to float16.
#include <algorithm>

#include <chx/ops/manipulation.h>

#include "computation.h"
#include "engine.h"
#include "kernel_list.h"
#include "layout.h"
#include "primitive_attributes.h"

namespace onednn {
namespace {

using Role = Argument::Role;
using Type = dnnl::memory::data_type;

// Elements from which to be asked costs little of the copies that are left to others, and shortest axes that pay.
constexpr double kLeastElements = 65536;
constexpr int64_t kLeastExtent = 3;
// What is transposed at a time: more does not stay in the cache from one row of the result to the next.
constexpr int64_t kMostBytes = 3 << 19;

void require_strides(const chx_tensor& tensor) {
    for (int i = 0; i < tensor.ndim; ++i) {
        if (tensor.shape[i] > 1 && tensor.strides[i] <= 0)
            refuse("an axis that runs backwards or stands still");
    }
}

// Along which the elements lie next to each other; -1 if there is none.
int innermost_axis(const chx_tensor& tensor) {
    for (int i = 0; i < tensor.ndim; ++i) {
        if (tensor.strides[i] == 1 && tensor.shape[i] >= kLeastExtent) return i;
    }
    return -1;
}

// Whether oneDNN is faster than the plugin native.
bool is_profitable(const chx_tensor& x, const chx_tensor& y) {
    if (settings.least_work == 0) return true;
    if (static_cast<double>(y.numel) < kLeastElements * settings.least_work) return false;
    // Without instructions for it oneDNN casts float16 a hundred times as slowly as native.
    const bool has_half = data_type(x) == Type::f16 || data_type(y) == Type::f16;
    if (has_half && !has_dtype(settings.dtypes, "f16")) return false;
    const int from = innermost_axis(x), to = innermost_axis(y);
    const bool is_transposed = from >= 0 && to >= 0 && from != to;
    if (is_transposed &&
        y.shape[from] * y.shape[to] * std::max(chx::item_size(x.dtype), chx::item_size(y.dtype)) >
            kMostBytes)
        return false;
    const bool is_cast = !chx::same_dtype(x.dtype, y.dtype);
    return is_transposed || (is_cast && has_half);
}

std::unique_ptr<Computation> copy(const chx_launch& launch) {
    const chx_tensor &x = chx::input(launch, 0), &y = chx::output(launch, 0);
    if (y.ndim < 1 || y.ndim > DNNL_MAX_NDIMS) refuse("a number of axes that oneDNN does not know");
    require_strides(x);
    require_strides(y);
    if (data_type(y) == Type::bf16 && data_type(x) != Type::f16)
        refuse("numbers that are not normalized, of which oneDNN makes zeros");
    const dnnl::memory::desc from = layout_of(x), to = layout_of(y);
    if (!is_profitable(x, y)) refuse("a copy that the plugin native makes as fast");
    const dnnl::reorder::primitive_desc description(
        engine(), from, engine(), to, primitive_attributes());
    return std::make_unique<Computation>(
        description,
        std::vector<Argument>{{DNNL_ARG_FROM, Role::kInput, 0, from, from},
                              {DNNL_ARG_TO, Role::kOutput, 0, to, to}});
}

}  // namespace

void register_reorder(KernelList& kernels) {
    add<copy>(kernels,
              CHX_OP_COPY,
              CHX_OP_COPY_VERSION,
              kFaster,
              kExact,
              CHX_K_STRIDED_IN | CHX_K_STRIDED_OUT)
        .least_elements = least_elements(kLeastElements);
}

}  // namespace onednn
