// What losses share: the reduction argument, and the check of shapes.
#include "ops/loss_reduction.h"

namespace chainerx::internal {

void check_reduction(const char* op, std::string_view reduction) {
    if (reduction == "none" || reduction == "mean" || reduction == "sum") return;
    throw ValueError(
        fmt::format("{}: reduction is '{}'; expected 'none', 'mean' or 'sum'", op, reduction));
}

Array reduced_loss(const Array& loss, std::string_view reduction, DType dtype) {
    const Array result = reduction == "none" ? loss : reduction == "sum" ? sum(loss) : mean(loss);
    return result.astype(dtype, false);
}

Array reduced_loss(const Array& loss,
                   std::string_view reduction,
                   DType dtype,
                   const Array& weights) {
    if (reduction != "mean") return reduced_loss(loss, reduction, dtype);
    return divide(sum(loss), sum(weights)).astype(dtype, false);
}

void check_same_shape(const char* op, const Array& x1, const Array& x2) {
    if (x1.shape() == x2.shape()) return;
    throw DimensionError(fmt::format("{}: arrays of shapes {} and {}; expected the same",
                                     op,
                                     to_string(x1.shape()),
                                     to_string(x2.shape())));
}

}  // namespace chainerx::internal
