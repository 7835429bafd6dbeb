// Short ways to make arrays in tests, and to compare arrays and gradients with what is expected.
#pragma once

#include <cmath>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "chainerx/array.h"
#include "chainerx/gradient.h"
#include "chainerx/ops.h"

namespace chainerx::testing {

// A vector, or with a shape an array, of float64: precise enough for numerical gradients.
inline Array doubles(const std::vector<double>& values, const Shape& shape) {
    return array(values, shape);
}
inline Array doubles(const std::vector<double>& values) {
    return array(values, {static_cast<int64_t>(values.size())});
}
inline Array floats(const std::vector<float>& values) {
    return array(values, {static_cast<int64_t>(values.size())});
}
inline Array integers(const std::vector<int64_t>& values) {
    return array(values, {static_cast<int64_t>(values.size())});
}

// Distinct values from about -1 to 1, without zero.
inline Array some_doubles(const Shape& shape) {
    const int64_t n = total_size(shape);
    std::vector<double> values(static_cast<size_t>(n));
    for (int64_t i = 0; i < n; ++i) {
        values[static_cast<size_t>(i)] = std::sin(1.7 * static_cast<double>(i) + 0.4);
    }
    return doubles(values, shape);
}

inline std::vector<double> values_of(const Array& array) {
    std::vector<double> values(static_cast<size_t>(array.size()));
    astype(array, DType::kFloat64).copy_to_host(values.data());
    return values;
}

inline void expect_array(const Array& array,
                         const Shape& shape,
                         const std::vector<double>& expected,
                         double tolerance = 0) {
    ASSERT_EQ(to_string(array.shape()), to_string(shape));
    const std::vector<double> values = values_of(array);
    ASSERT_EQ(values.size(), expected.size());
    for (size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(expected[i])) {
            EXPECT_TRUE(std::isnan(values[i])) << "at " << i << ": " << values[i];
        } else if (values[i] != expected[i]) {
            EXPECT_NEAR(values[i], expected[i], tolerance) << "at " << i;
        }
    }
}

inline void expect_vector(const Array& array,
                          const std::vector<double>& expected,
                          double tolerance = 0) {
    expect_array(array, {static_cast<int64_t>(expected.size())}, expected, tolerance);
}

// The gradient of sum(function(x) * weights) with respect to each input; null where there is none.
inline std::vector<Array> gradients(const CheckedFunction& function, std::vector<Array> inputs) {
    for (Array& input : inputs) input = input.as_grad_stopped().require_grad();
    return grad(function(inputs), inputs);
}

inline Array gradient(const std::function<Array(const Array&)>& function, const Array& input) {
    return gradients(
        [&](const std::vector<Array>& in) { return std::vector<Array>{function(in[0])}; },
        {input})[0];
}

// First and second derivatives against central differences.
inline void expect_gradients(const CheckedFunction& function, std::vector<Array> inputs) {
    for (Array& input : inputs) input = input.as_grad_stopped().require_grad();
    std::vector<Array> grad_outputs;
    for (const Array& output : function(inputs)) {
        grad_outputs.push_back(some_doubles(output.shape()).require_grad());
    }
    std::vector<Array> eps;
    std::vector<Array> grad_grads;
    std::vector<Array> all_eps;
    for (const Array& input : inputs) {
        eps.push_back(full_like(input, 1e-5));
        grad_grads.push_back(some_doubles(input.shape()));
        all_eps.push_back(full_like(input, 1e-4));
    }
    for (const Array& output : grad_outputs) all_eps.push_back(full_like(output, 1e-4));
    EXPECT_NO_THROW(check_backward(function, inputs, grad_outputs, eps));
    EXPECT_NO_THROW(check_double_backward(function, inputs, grad_outputs, grad_grads, all_eps));
}

inline void expect_gradient(const std::function<Array(const Array&)>& function,
                            const Array& input) {
    expect_gradients(
        [&](const std::vector<Array>& in) { return std::vector<Array>{function(in[0])}; }, {input});
}

inline void expect_gradient(const std::function<Array(const Array&, const Array&)>& function,
                            const Array& x1,
                            const Array& x2) {
    expect_gradients(
        [&](const std::vector<Array>& in) { return std::vector<Array>{function(in[0], in[1])}; },
        {x1, x2});
}

}  // namespace chainerx::testing
