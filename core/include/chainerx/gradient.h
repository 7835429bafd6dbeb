// Reverse-mode differentiation: grad() and numerical checks, beside the graphs, scopes and backward() of backprop.h.
#pragma once

#include <functional>
#include <vector>

#include "chainerx/array.h"
#include "chainerx/backprop.h"
#include "chainerx/export.h"

namespace chainerx {

struct GradOptions : BackwardOptions {
    bool retain_graph = false;          // keep the graph although enable_double_backprop is off
    bool set_grad = false;              // also store the result as .grad() of the inputs
    std::vector<Array> grad_outputs{};  // start values, one per output, each may be null
};

// Gradients of the outputs with respect to the inputs, without touching .grad(); a null Array where none depends on it.
CHAINERX_EXPORT std::vector<Array> grad(const std::vector<Array>& outputs,
                                        const std::vector<Array>& inputs,
                                        const GradOptions& options = {});

using CheckedFunction = std::function<std::vector<Array>(const std::vector<Array>&)>;

// Compares backward with central differences of step eps[i]; throws GradientCheckError that shows where they differ. Inputs
// whose gradient is to be checked have require_grad() called.
CHAINERX_EXPORT void check_backward(const CheckedFunction& function,
                                    const std::vector<Array>& inputs,
                                    const std::vector<Array>& grad_outputs,
                                    const std::vector<Array>& eps,
                                    double atol = 1e-5,
                                    double rtol = 1e-4,
                                    BackpropId id = BackpropId{});
// The same for the gradient of the gradient.
CHAINERX_EXPORT void check_double_backward(const CheckedFunction& function,
                                           const std::vector<Array>& inputs,
                                           const std::vector<Array>& grad_outputs,
                                           const std::vector<Array>& grad_grad_inputs,
                                           const std::vector<Array>& eps,
                                           double atol = 1e-5,
                                           double rtol = 1e-4,
                                           BackpropId id = BackpropId{});

}  // namespace chainerx
