// Calls of recurrent layers, in both directions, of one step and of several.
#include <chx/ops/recurrent.h>

#include "case.h"
#include "op_call.h"

namespace conformance {
namespace {

struct Layer {
    int64_t steps, sequences, features, units;

    std::string label(bool is_reverse) const {
        return fmt::format("{} steps of {} sequences, {} features, {} units{}",
                           steps,
                           sequences,
                           features,
                           units,
                           is_reverse ? ", reverse" : "");
    }
    Shape x() const { return {steps, sequences, features}; }
    Shape y() const { return {steps, sequences, units}; }
    Shape state() const { return {sequences, units}; }
};
constexpr Layer kLayers[] = {{1, 2, 3, 2}, {3, 2, 3, 4}, {5, 1, 4, 3}, {4, 17, 20, 16}};

// Small enough that the gates do not saturate, whatever the extents.
OperandSpec weights(int type, const Shape& shape, int k) {
    OperandSpec spec = operand(type, shape, k, "unit");
    for (auto& value : spec.values) value /= 4;
    return spec;
}

// All operands of a layer, and the same as results: its gradients. n_states: h, or h and c.
std::vector<OperandSpec> layer_operands(int type, const Layer& of, int64_t n_gates, int n_states) {
    std::vector<OperandSpec> specs{operand(type, of.x(), 0, "unit")};
    for (int i = 0; i < n_states; ++i) specs.push_back(operand(type, of.state(), 1 + i, "unit"));
    specs.push_back(weights(type, {n_gates * of.units, of.features}, 3));
    specs.push_back(weights(type, {n_gates * of.units, of.units}, 4));
    specs.push_back(operand(type, {4 * of.units}, 5, "unit"));
    return specs;
}

std::vector<OperandSpec> as_results(int type, const std::vector<OperandSpec>& operands) {
    std::vector<OperandSpec> specs;
    for (const OperandSpec& spec : operands) specs.push_back(result(type, spec.shape));
    return specs;
}

enum class Pass { kForward, kGradient };

template <class A>
std::vector<OpCall> layers(int type, int64_t n_gates, int n_states, Pass pass) {
    std::vector<OpCall> calls;
    for (const Layer& of : kLayers) {
        for (const bool is_reverse : {false, true}) {
            std::vector<OperandSpec> operands = layer_operands(type, of, n_gates, n_states);
            std::vector<OperandSpec> results{result(type, of.y())};
            if (n_states == 2) results.push_back(result(type, of.state()));
            if (pass == Pass::kGradient) {
                std::vector<OperandSpec> given;
                for (size_t i = 0; i < results.size(); ++i)
                    given.push_back(
                        operand(type, results[i].shape, 6 + static_cast<int>(i), "unit"));
                results = as_results(type, operands);
                operands.insert(operands.begin(), given.begin(), given.end());
            }
            OpCall call = call_with(of.label(is_reverse), operands, results);
            set_attrs<A>(call, [&](A& attrs, bool) { attrs.reverse = is_reverse ? 1 : 0; });
            calls.push_back(call);
        }
    }
    return calls;
}

}  // namespace

std::vector<OpCall> recurrent_calls_of(const std::string& op, int type) {
    if (op == CHX_OP_LSTM_LAYER) return layers<chx_attrs_lstm_layer>(type, 4, 2, Pass::kForward);
    if (op == CHX_OP_LSTM_LAYER_GRAD)
        return layers<chx_attrs_lstm_layer_grad>(type, 4, 2, Pass::kGradient);
    if (op == CHX_OP_GRU_LAYER) return layers<chx_attrs_gru_layer>(type, 3, 1, Pass::kForward);
    if (op == CHX_OP_GRU_LAYER_GRAD)
        return layers<chx_attrs_gru_layer_grad>(type, 3, 1, Pass::kGradient);
    return {};
}

}  // namespace conformance
