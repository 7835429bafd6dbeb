// Gradients by the core on the plugin's kernels: against numerical differentiation, and in float32 against the plugin native.
#include <cmath>
#include <string>

#include "cases.h"
#include "chainerx/kernel_preference.h"
#include "core_device.h"

namespace conformance {
namespace {

namespace chx = chainerx;
using Arrays = std::vector<chx::Array>;

struct Checked {
    const char* name;
    chx::CheckedFunction function;
    std::vector<chx::Shape> shapes;
    double shift;
};

std::vector<Checked> checked_functions() {
    using In = const Arrays&;
    using Out = Arrays;
    return {
        {"x * y / (x + 3)",
         [](In in) { return Out{in[0] * in[1] / (in[0] + 3)}; },
         {{2, 3}, {3}},
         0},
        {"exp, tanh, sigmoid",
         [](In in) { return Out{chx::exp(in[0]), chx::tanh(in[0]), chx::sigmoid(in[0])}; },
         {{4}},
         0},
        {"log, sqrt", [](In in) { return Out{chx::log(in[0]), chx::sqrt(in[0])}; }, {{2, 2}}, 2},
        {"relu", [](In in) { return Out{chx::relu(in[0])}; }, {{5}}, 0},
        {"maximum", [](In in) { return Out{chx::maximum(in[0], in[1] + 0.05)}; }, {{4}, {4}}, 0},
        {"sum, mean, max",
         [](In in) {
             return Out{
                 chx::sum(in[0], chx::Axes{0}), chx::mean(in[0]), chx::max(in[0], chx::Axes{1})};
         },
         {{3, 4}},
         0},
        {"matmul", [](In in) { return Out{chx::matmul(in[0], in[1])}; }, {{2, 3}, {3, 2}}, 0},
        {"softmax, log_softmax",
         [](In in) { return Out{chx::softmax(in[0]), chx::log_softmax(in[0])}; },
         {{2, 4}},
         0},
        {"concatenate, transpose, reshape",
         [](In in) {
             return Out{chx::concatenate({chx::transpose(in[0]), chx::reshape(in[0], {3, 2})})};
         },
         {{2, 3}},
         0},
        {"cumsum", [](In in) { return Out{chx::cumsum(in[0], 1)}; }, {{2, 4}}, 0},
    };
}

// Those whose kernels are for float32 above all.
std::vector<Checked> network_functions() {
    using In = const Arrays&;
    using Out = Arrays;
    return {
        {"conv, relu, max_pool",
         [](In in) {
             const chx::Array y = chx::relu(chx::conv(in[0], in[1], in[2], {1}, {1}));
             return Out{chx::max_pool(y, {2})};
         },
         {{2, 8, 6, 6}, {8, 8, 3, 3}, {8}},
         0},
        {"conv of single elements, average_pool",
         [](In in) { return Out{chx::average_pool(chx::conv(in[0], in[1]), {2})}; },
         {{2, 8, 6, 6}, {16, 8, 1, 1}},
         0},
        {"conv_transpose",
         [](In in) { return Out{chx::conv_transpose(in[0], in[1], chx::Array(), {2})}; },
         {{2, 8, 4, 4}, {8, 4, 3, 3}},
         0},
        {"batch_norm",
         [](In in) {
             return Out{chx::batch_norm(
                 in[0], in[1], in[2], chx::Array(), chx::Array(), 2e-5, 0.9, chx::Axes{0, 2, 3})};
         },
         {{4, 3, 5, 5}, {3}, {3}},
         0},
        {"linear, layer_norm, tanh",
         [](In in) {
             const chx::Array y = chx::linear(in[0], in[1], in[2]);
             return Out{chx::tanh(chx::layer_norm(y, {16}, in[2], in[2]))};
         },
         {{6, 5}, {16, 5}, {16}},
         0},
    };
}

struct Results {
    Arrays outputs, gradients;
};

Results differentiate(const Checked& checked, chx::Device& device, chx::DType dtype) {
    const chx::DeviceScope scope(device);
    Arrays inputs, grad_outputs;
    for (const chx::Shape& shape : checked.shapes) {
        // The same numbers in both dtypes.
        const chx::Array exact = chx::astype(some(shape, checked.shift), chx::DType::kFloat32);
        inputs.push_back(chx::astype(exact, dtype).copy().require_grad());
    }
    Results results;
    results.outputs = checked.function(inputs);
    for (const chx::Array& output : results.outputs) {
        const chx::Array exact =
            chx::astype(some(chx::Shape(output.shape())), chx::DType::kFloat32);
        grad_outputs.push_back(chx::astype(exact, dtype));
    }
    chx::GradOptions options;
    options.grad_outputs = grad_outputs;
    results.gradients = chx::grad(results.outputs, inputs, options);
    return results;
}

void require_close(const std::string& what, const chx::Array& found, const chx::Array& expected) {
    constexpr double kTolerance = 1e-3;  // float32's sums of a few hundred numbers lose less
    const chx::Array exact =
        chx::astype(found.as_grad_stopped().to_device(expected.device()), chx::DType::kFloat64);
    const chx::Array wanted = expected.as_grad_stopped();
    const chx::Array excess = chx::abs(exact - wanted) - chx::abs(wanted) * kTolerance;
    const auto worst = static_cast<double>(chx::max(excess).item());
    require(
        worst <= kTolerance, "{}: wrong by {} beyond the tolerance {}", what, worst, kTolerance);
}

void check_float32_gradients(Context& context) {
    chx::Device& device = device_of(context);
    // A provider's kernels may stand behind native's.
    const chx::PreferenceScope preferred(plugin_of(context));
    std::vector<Checked> functions = checked_functions();
    for (Checked& function : network_functions()) functions.push_back(std::move(function));
    for (const Checked& checked : functions) {
        const Results found = differentiate(checked, device, chx::DType::kFloat32);
        const Results expected =
            differentiate(checked, chx::get_device("native:0"), chx::DType::kFloat64);
        for (size_t i = 0; i < expected.outputs.size(); ++i) {
            require_close(fmt::format("{}: result {}", checked.name, i),
                          found.outputs[i],
                          expected.outputs[i]);
        }
        for (size_t i = 0; i < expected.gradients.size(); ++i) {
            require_close(fmt::format("{}: gradient of operand {}", checked.name, i),
                          found.gradients[i],
                          expected.gradients[i]);
        }
    }
}

void check_gradients(Context& context) {
    const chx::DeviceScope scope(device_of(context));
    for (const Checked& checked : checked_functions()) {
        Arrays inputs, grad_outputs, grad_grads, eps, all_eps;
        for (const chx::Shape& shape : checked.shapes)
            inputs.push_back(some(shape, checked.shift).require_grad());
        for (const chx::Array& output : checked.function(inputs))
            grad_outputs.push_back(some(chx::Shape(output.shape())).require_grad());
        for (const chx::Array& input : inputs) {
            eps.push_back(chx::full_like(input, 1e-5));
            grad_grads.push_back(some(chx::Shape(input.shape())));
            all_eps.push_back(chx::full_like(input, 1e-4));
        }
        for (const chx::Array& output : grad_outputs)
            all_eps.push_back(chx::full_like(output, 1e-4));
        try {
            chx::check_backward(checked.function, inputs, grad_outputs, eps);
            chx::check_double_backward(checked.function, inputs, grad_outputs, grad_grads, all_eps);
        } catch (const std::exception& error) {
            fail("{}: {}", checked.name, error.what());
        }
    }
}

}  // namespace

void add_gradient_cases(CaseList& cases) {
    cases.push_back(
        {"core.gradients", 2, "gradients agree with numerical differentiation", check_gradients});
    cases.push_back({"core.float32_gradients",
                     2,
                     "results and gradients in float32 agree with native's in float64",
                     check_float32_gradients});
}

}  // namespace conformance
