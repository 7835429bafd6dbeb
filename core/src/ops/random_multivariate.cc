// Normal numbers of several dimensions that depend on each other.
#include "ops/op_support.h"

namespace chainerx::random {

Array multivariate_normal(const Array& mean,
                          const Array& cov,
                          const std::optional<Shape>& size,
                          std::optional<DType> dtype,
                          Device* device,
                          Generator* generator) {
    const bool fits = mean.ndim() == 1 && cov.ndim() == 2 && cov.shape()[0] == mean.shape()[0] &&
                      cov.shape()[1] == mean.shape()[0];
    if (!fits) {
        throw DimensionError(fmt::format(
            "multivariate_normal: mean has shape {} and cov {}; expected (n,) and (n, n)",
            to_string(mean.shape()),
            to_string(cov.shape())));
    }
    const DType inputs = promote_types(mean.dtype(), cov.dtype());
    const DType result = dtype.value_or(is_floating(inputs) ? inputs : DType::kFloat32);
    Device* const place = device != nullptr ? device : &mean.device();
    const auto given = [&](const Array& x) {
        return x.as_grad_stopped().to_device(*place).astype(result, false);
    };
    Shape shape = size.value_or(Shape{});
    shape.push_back(mean.shape()[0]);
    const Array independent = standard_normal(shape, result, place, generator);
    const Array factor = linalg::cholesky(given(cov));
    return add(matmul(independent, factor.transpose()), given(mean));
}

}  // namespace chainerx::random
