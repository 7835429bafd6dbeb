// connect_function: a node of the graph whose gradient is a function object.
#include "chainerx/function.h"

#include <memory>
#include <utility>

#include "autograd/gradient_context.h"
#include "autograd/node.h"
#include "chainerx/error.h"

namespace chainerx {
namespace {

class FunctionBackward : public internal::CustomBackward {
public:
    FunctionBackward(std::string name, CustomGradient gradient)
        : name_{std::move(name)}, gradient_{std::move(gradient)} {}

    const char* name() const override { return name_.c_str(); }

    void backward(internal::GradientContext& context) override {
        std::vector<Array> gradients;
        gradients.reserve(static_cast<size_t>(context.n_outputs()));
        for (int i = 0; i < context.n_outputs(); ++i)
            gradients.push_back(context.has_grad(i) ? context.grad(i) : Array());
        std::vector<bool> wanted;
        wanted.reserve(static_cast<size_t>(context.n_inputs()));
        for (int i = 0; i < context.n_inputs(); ++i) wanted.push_back(context.wants(i));
        std::vector<Array> results = gradient_(gradients, wanted);
        if (results.size() != wanted.size()) {
            throw GradientError(name_ + ": its gradient function returned " +
                                std::to_string(results.size()) + " arrays; expected " +
                                std::to_string(wanted.size()) + ", one per input");
        }
        for (int i = 0; i < context.n_inputs(); ++i) {
            Array& result = results[static_cast<size_t>(i)];
            if (result.is_null() || !context.wants(i)) continue;
            if (result.shape() != context.input_shape(i)) {
                throw GradientError(name_ + ": the gradient of input " + std::to_string(i) +
                                    " has shape " + to_string(result.shape()) +
                                    "; expected the input's, " + to_string(context.input_shape(i)));
            }
            context.set(i, std::move(result));
        }
    }

private:
    std::string name_;
    CustomGradient gradient_;
};

}  // namespace

bool connect_function(std::string name,
                      const std::vector<Array>& inputs,
                      const std::vector<Array>& outputs,
                      CustomGradient gradient) {
    if (outputs.empty()) throw ValueError(name + ": no results; expected at least one");
    for (const Array& output : outputs) {
        if (output.is_connected_to_any()) {
            throw GradientError(name +
                                ": a result is part of a graph already; expected one computed in "
                                "no_backprop_mode(), or "
                                "taken out of it by as_grad_stopped()");
        }
    }
    std::vector<Array> results = outputs;
    internal::record_custom(
        inputs, results, std::make_shared<FunctionBackward>(std::move(name), std::move(gradient)));
    return results[0].is_connected_to_any();
}

}  // namespace chainerx
