// Operands of the calls that every device has to get right, and their derivatives.
#include "core/ops/device_cases.h"

#include "core/ops/array_checks.h"

namespace chainerx::testing {

Array data(const Shape& shape, double shift) {
    Array x = add(some_doubles(shape), shift).astype(DType::kFloat32);
    Axes reversed;
    for (int i = 1; i < x.ndim(); i += 2) reversed.push_back(i);
    return reversed.empty() ? x : flip(flip(x, reversed).copy(), reversed);
}

Results differentiated(const std::function<Results(const Results&)>& function, Results inputs) {
    for (Array& input : inputs) input = input.as_grad_stopped().require_grad();
    Results results = function(inputs);
    GradOptions options;
    for (const Array& result : results)
        options.grad_outputs.push_back(is_floating(result.dtype())
                                           ? data(Shape(result.shape())).astype(result.dtype())
                                           : Array());
    for (Array& gradient : grad(results, inputs, options)) {
        if (!gradient.is_null()) results.push_back(gradient);
    }
    return results;
}

Results differentiated_twice(const std::function<Array(const Array&, const Array&)>& function,
                             const Array& x,
                             const Array& w) {
    const Array a = x.as_grad_stopped().require_grad(), b = w.as_grad_stopped().require_grad();
    GradOptions options;
    options.enable_double_backprop = true;
    const Array y = function(a, b);
    options.grad_outputs = {data(Shape(y.shape())).require_grad()};
    const Results first = grad({y}, {a, b}, options);
    Results results;
    for (const Array& gradient :
         grad({sum(square(first[0])) + sum(square(first[1]))}, {a, b, options.grad_outputs[0]})) {
        if (!gradient.is_null()) results.push_back(gradient);
    }
    return results;
}

Array some_integers(const std::vector<int64_t>& values, DType dtype) {
    return integers(values).astype(dtype);
}

}  // namespace chainerx::testing
