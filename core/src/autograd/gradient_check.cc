// Comparing gradients with central differences.
#include <cmath>
#include <complex>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "array/scalar.h"
#include "array/views.h"
#include "chainerx/array.h"
#include "chainerx/error.h"
#include "chainerx/gradient.h"
#include "chainerx/ops.h"
#include "dispatch/thread_context.h"

namespace chainerx {

namespace {

using Value = std::complex<double>;

std::vector<Value> to_values(const Array& array) {
    const Array wide = array.as_grad_stopped().astype(DType::kComplex128);
    std::vector<Value> values(static_cast<size_t>(wide.size()));
    wide.copy_to_host(values.data());
    return values;
}

Array from_values(const std::vector<Value>& values, const Array& like) {
    return array_from_host(values.data(), like.shape(), DType::kComplex128, &like.device())
        .astype(like.dtype());
}

// The real part of the sum over all outputs of output * conj(weight), in double precision. Absent weights count as ones.
double weighted_sum(const std::vector<Array>& outputs, const std::vector<Array>& weights) {
    double sum = 0;
    for (size_t i = 0; i < outputs.size(); ++i) {
        const std::vector<Value> values = to_values(outputs[i]);
        const std::vector<Value> scale = i < weights.size() && !weights[i].is_null()
                                             ? to_values(weights[i])
                                             : std::vector<Value>(values.size(), 1.0);
        for (size_t j = 0; j < values.size(); ++j)
            sum += values[j].real() * scale[j].real() + values[j].imag() * scale[j].imag();
    }
    return sum;
}

// The change of the weighted sum with element `element` of input `input`, along the real or the imaginary axis.
double numerical_slope(const CheckedFunction& function,
                       const std::vector<Array>& inputs,
                       const std::vector<Array>& weights,
                       size_t input,
                       size_t element,
                       Value direction,
                       double eps) {
    std::vector<Array> moved;
    moved.reserve(inputs.size());
    for (const Array& array : inputs)
        moved.push_back(array.is_null() ? array : array.as_grad_stopped());
    const std::vector<Value> original = to_values(inputs[input]);
    auto value_at = [&](double shift) {
        std::vector<Value> values = original;
        values[element] += shift * direction;
        moved[input] = from_values(values, inputs[input]);
        const NoBackpropModeScope unrecorded;
        return weighted_sum(function(moved), weights);
    };
    return (value_at(eps) - value_at(-eps)) / (2 * eps);
}

// The gradient by an element of a complex input is dL/dx + i dL/dy.
Value numerical_gradient(const CheckedFunction& function,
                         const std::vector<Array>& inputs,
                         const std::vector<Array>& weights,
                         size_t input,
                         size_t element,
                         double eps) {
    const auto slope = [&](Value direction) {
        return numerical_slope(function, inputs, weights, input, element, direction, eps);
    };
    const bool is_complex = kind(inputs[input].dtype()) == DTypeKind::kComplex;
    return {slope(1.0), is_complex ? slope(Value(0, 1)) : 0.0};
}

std::string to_text(Value value) {
    return value.imag() == 0 ? fmt::format("{}", value.real())
                             : fmt::format("{}{:+}i", value.real(), value.imag());
}

void compare(const char* check,
             const CheckedFunction& function,
             const std::vector<Array>& inputs,
             const std::vector<Array>& weights,
             const std::vector<Array>& gradients,
             const std::vector<Array>& eps,
             double atol,
             double rtol,
             BackpropId id) {
    if (eps.size() != inputs.size()) {
        throw ValueError(fmt::format("{}: {} steps were given for {} inputs; expected one each",
                                     check,
                                     eps.size(),
                                     inputs.size()));
    }
    for (size_t i = 0; i < inputs.size(); ++i) {
        if (inputs[i].is_null() || !inputs[i].is_connected(id)) continue;
        const std::vector<Value> steps = to_values(eps[i]);
        const auto size = static_cast<size_t>(inputs[i].size());
        if (steps.size() != size)
            throw ValueError(
                fmt::format("{}: the step of input {} has another shape than the input", check, i));
        const std::vector<Value> found =
            gradients[i].is_null() ? std::vector<Value>(size, 0.0) : to_values(gradients[i]);
        for (size_t j = 0; j < size; ++j) {
            const double step = steps[j].real();
            const Value expected = numerical_gradient(function, inputs, weights, i, j, step);
            if (std::abs(found[j] - expected) <= atol + rtol * std::abs(expected)) continue;
            throw GradientCheckError(
                fmt::format("{}: the gradient of input {} (shape {}) at flat index {} is {}, but "
                            "central differences of "
                            "step {} give {}; tolerance {} + {} * |expected|",
                            check,
                            i,
                            to_string(inputs[i].shape()),
                            j,
                            to_text(found[j]),
                            step,
                            to_text(expected),
                            atol,
                            rtol));
        }
    }
}

}  // namespace

void check_backward(const CheckedFunction& function,
                    const std::vector<Array>& inputs,
                    const std::vector<Array>& grad_outputs,
                    const std::vector<Array>& eps,
                    double atol,
                    double rtol,
                    BackpropId id) {
    const std::vector<Array> outputs = function(inputs);
    GradOptions options;
    options.backprop_id = id;
    for (size_t i = 0; i < outputs.size(); ++i)
        options.grad_outputs.push_back(i < grad_outputs.size() ? grad_outputs[i] : Array());
    const std::vector<Array> gradients = grad(outputs, inputs, options);
    compare("check_backward", function, inputs, grad_outputs, gradients, eps, atol, rtol, id);
}

void check_double_backward(const CheckedFunction& function,
                           const std::vector<Array>& inputs,
                           const std::vector<Array>& grad_outputs,
                           const std::vector<Array>& grad_grad_inputs,
                           const std::vector<Array>& eps,
                           double atol,
                           double rtol,
                           BackpropId id) {
    const size_t n_inputs = inputs.size();
    // The gradient is itself a function of the inputs and of the outputs' gradients.
    const CheckedFunction gradient = [&](const std::vector<Array>& all) {
        const ForceBackpropModeScope recorded;
        std::vector<Array> xs;
        xs.reserve(n_inputs);
        for (size_t i = 0; i < n_inputs; ++i)
            xs.push_back(all[i].is_connected(id) || !inputs[i].is_connected(id)
                             ? all[i]
                             : all[i].as_grad_stopped());
        for (size_t i = 0; i < n_inputs; ++i) {
            if (inputs[i].is_connected(id)) xs[i].require_grad(id);
        }
        GradOptions options;
        options.backprop_id = id;
        options.enable_double_backprop = true;
        options.grad_outputs.assign(all.begin() + static_cast<std::ptrdiff_t>(n_inputs), all.end());
        const std::vector<Array> outputs = function(xs);
        const std::vector<Array> gradients = grad(outputs, xs, options);
        std::vector<Array> out;
        for (size_t i = 0; i < n_inputs; ++i) {
            // An input that the outputs do not depend on has the gradient zero, which keeps its place.
            if (!gradients[i].is_null()) {
                out.push_back(gradients[i]);
            } else if (inputs[i].is_connected(id)) {
                out.push_back(zeros_like(inputs[i]));
            }
        }
        return out;
    };
    std::vector<Array> all = inputs;
    all.insert(all.end(), grad_outputs.begin(), grad_outputs.end());
    check_backward(gradient, all, grad_grad_inputs, eps, atol, rtol, id);
}

}  // namespace chainerx
