// Operands by domain, and the calls of element-wise ops and reductions, which follow from the op table.
#include <algorithm>
#include <cmath>
#include <limits>

#include <chx/ops/reduction.h>

#include "case.h"
#include "op_call.h"

namespace conformance {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double real_value(const std::string& domain, int64_t i, int k) {
    const auto cycle = [&](int64_t step, int64_t n) {
        return static_cast<double>((i * step + 3 * k + 1) % n);
    };
    if (domain == "positive") return (1 + cycle(5, 24)) / 8;
    if (domain == "unit") return (cycle(5, 13) - 6) / 8;
    if (domain == "above_one") return 1.125 + cycle(5, 16) / 8;
    if (domain == "off_integer") return (cycle(7, 17) - 8) / 2 + 0.125;
    if (domain == "distinct") return cycle(7, 17) / 8 + 4 * k;
    const double value = (cycle(7, 33) - 16) / 8;
    return domain == "nonzero" && value == 0 ? 0.375 : value;
}

double whole_value(const std::string& domain, bool is_signed, int64_t i, int k) {
    const auto value = static_cast<double>((i * 7 + 3 * k + 1) % 13);
    if (domain == "shift") return k == 0 ? value : static_cast<double>(i % 7);
    if (domain == "positive") return static_cast<double>(1 + (i + k) % 3);
    const double signed_value = is_signed ? value - 6 : value;
    return domain == "nonzero" && signed_value == 0 ? 5 : signed_value;
}

// The dtype of an element-wise result.
int result_type(const OpRow& row, int type) {
    switch (row.result) {
        case ResultRule::kBool:
            return CHX_TYPE_BOOL;
        case ResultRule::kInt64:
            return CHX_TYPE_I64;
        case ResultRule::kReal:
            return real_type(type);
        case ResultRule::kSum:
            return is_inexact(type)                                ? type
                   : type == CHX_TYPE_BOOL || type <= CHX_TYPE_I64 ? CHX_TYPE_I64
                                                                   : CHX_TYPE_U64;
        default:
            return type;
    }
}

OpCall elementwise_call(const OpRow& row, int type, const Shape& shape) {
    const bool is_optimizer =
        row.name == "chx.sgd" || row.name == "chx.momentum_sgd" || row.name == "chx.adam";
    OpCall call;
    call.label = "shape " + to_string(shape);
    call.may_broadcast = true;
    for (std::size_t i = 0; i < row.inputs.size(); ++i) {
        const bool is_fixed = row.inputs[i] >= 0;
        call.inputs.push_back(operand(is_fixed ? row.inputs[i] : type,
                                      shape,
                                      static_cast<int>(i),
                                      is_optimizer ? "positive" : row.domain));
        call.inputs.back().is_fixed = is_fixed;
    }
    for (const int fixed : row.outputs)
        call.outputs.push_back(fixed >= 0 ? fixed_result(fixed, shape)
                                          : result(result_type(row, type), shape));
    if (row.name == "chx.nextafter") {
        call.is_of_own_type = true;
        for (auto* operands : {&call.inputs, &call.outputs}) {
            for (OperandSpec& spec : *operands) spec.is_fixed = true;
        }
    }
    return call;
}

// Each special value of each operand meets each of the others.
OpCall special_call(const OpRow& row, int type) {
    const Values specials = {kNaN,
                             kInfinity,
                             -kInfinity,
                             0.0,
                             -0.0,
                             1.0,
                             -2.0,
                             type == CHX_TYPE_F64   ? 5e-324
                             : type == CHX_TYPE_F16 ? 0x1p-24
                                                    : 0x1p-133,
                             type == CHX_TYPE_F16 ? 65504.0 : 0x1p100};
    const auto n = static_cast<int64_t>(specials.size());
    OpCall call = elementwise_call(row, type, {n, n});
    call.label = "NaN, infinities, zeros, denormal and large numbers";
    for (std::size_t i = 0; i < call.inputs.size(); ++i) {
        if (call.inputs[i].is_fixed) continue;
        for (int64_t k = 0; k < n * n; ++k)
            call.inputs[i].values[static_cast<std::size_t>(k)] =
                specials[static_cast<std::size_t>(i % 2 == 0 ? k / n : k % n)];
    }
    return call;
}

// Sums and products of these are out of what all dtypes agree about.
bool has_special_values(const OpRow& row) {
    return row.inputs.size() <= 2 && row.name != "chx.power" && row.domain != "unit";
}

std::vector<OpCall> elementwise_calls(const OpRow& row, int type) {
    std::vector<OpCall> calls;
    for (const Shape& shape : {Shape{},
                               Shape{0},
                               Shape{2, 0, 3},
                               Shape{1},
                               Shape{1, 1},
                               Shape{5},
                               Shape{2, 3, 4},
                               Shape{7, 33},
                               Shape{1031}})
        calls.push_back(elementwise_call(row, type, shape));
    if (is_inexact(type) && !is_complex(type) && has_special_values(row))
        calls.push_back(special_call(row, type));
    if (row.inputs.size() > 1) {
        OpCall call = elementwise_call(row, type, {4, 5});
        OperandSpec& last = call.inputs.back();
        if (!last.is_fixed) {
            call.label = "shape (4, 5) and a scalar";
            last.shape = {};
            last.values.resize(1);
            call.may_broadcast = false;
            call.has_scalars = call.needs_host_scalars = true;
            calls.push_back(call);
        }
    }
    return calls;
}

OpCall reduction_call(
    const OpRow& row, int type, const Shape& shape, const Shape& axes, bool keepdims) {
    OpCall call;
    call.label = fmt::format(
        "shape {} over axes {}{}", to_string(shape), to_string(axes), keepdims ? ", kept" : "");
    call.inputs = {operand(type, shape, 0, row.name == "chx.prod" ? "positive" : "any")};
    Shape left;
    for (std::size_t d = 0; d < shape.size(); ++d) {
        const bool is_reduced = std::count(axes.begin(), axes.end(), static_cast<int64_t>(d)) != 0;
        if (!is_reduced || keepdims) left.push_back(is_reduced ? 1 : shape[d]);
    }
    call.outputs = {result(result_type(row, type), left)};
    // All reductions have the same attributes.
    set_attrs<chx_attrs_sum>(call, [&](chx_attrs_sum& attrs, bool) {
        attrs.n_axes = static_cast<int64_t>(axes.size());
        std::copy(axes.begin(), axes.end(), attrs.axes);
        attrs.keepdims = keepdims;
    });
    return call;
}

std::vector<OpCall> reduction_calls(const OpRow& row, int type) {
    const bool has_one_axis = row.name == "chx.argmax" || row.name == "chx.argmin";
    const bool takes_nothing = !has_one_axis && row.name != "chx.max" && row.name != "chx.min";
    std::vector<OpCall> calls;
    for (const bool keepdims : {false, true}) {
        for (const Shape& axes : {Shape{0}, Shape{1}, Shape{2}, Shape{0, 2}, Shape{0, 1, 2}}) {
            if (axes.size() > 1 && has_one_axis) continue;
            calls.push_back(reduction_call(row, type, {3, 4, 5}, axes, keepdims));
        }
        calls.push_back(reduction_call(row, type, {9, 2}, {0}, keepdims));
        calls.push_back(reduction_call(row, type, {1}, {0}, keepdims));
        calls.push_back(reduction_call(row, type, {0, 3}, {1}, keepdims));
        if (row.name != "chx.prod")
            calls.push_back(reduction_call(row, type, {2, 1037}, {1}, keepdims));
        if (takes_nothing) calls.push_back(reduction_call(row, type, {2, 0}, {1}, keepdims));
        if (takes_nothing) calls.push_back(reduction_call(row, type, {}, {}, keepdims));
    }
    if (is_inexact(type) && !is_complex(type)) {
        OpCall call = reduction_call(row, type, {3, 4}, {1}, false);
        call.label += " with NaN and infinities";
        call.inputs[0].values[1] = kNaN;
        call.inputs[0].values[6] = kInfinity;
        calls.push_back(call);
    }
    return calls;
}

}  // namespace

int64_t size_of(const Shape& shape) {
    int64_t n = 1;
    for (const int64_t extent : shape) n *= extent;
    return n;
}

std::string to_string(const Shape& shape) {
    std::string text = "(";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    return text + (shape.size() == 1 ? ",)" : ")");
}

Values values_in(const std::string& domain, int type, int64_t n, int k) {
    Values values(static_cast<std::size_t>(n));
    for (int64_t i = 0; i < n; ++i) {
        auto& value = values[static_cast<std::size_t>(i)];
        if (type == CHX_TYPE_BOOL) {
            value = (i + k) % 3 == 0 ? 0 : 1;
        } else if (!is_inexact(type)) {
            value = whole_value(domain, type <= CHX_TYPE_I64, i, k);
        } else {
            value = real_value(domain, i, k);
            if (is_complex(type))
                value += std::complex<double>(0, real_value(domain, i, k + 3) / 2);
            if (domain == "special" && i % 4 == 1 && !is_complex(type))
                value = i % 3 == 0 ? kNaN : i % 3 == 1 ? kInfinity : -kInfinity;
        }
    }
    return values;
}

OperandSpec operand(int type, const Shape& shape, int k, const std::string& domain) {
    return {type, shape, values_in(domain, type, size_of(shape), k), false, false};
}

OpCall call_with(std::string label,
                 std::vector<OperandSpec> inputs,
                 std::vector<OperandSpec> outputs) {
    OpCall call;
    call.label = std::move(label);
    call.inputs = std::move(inputs);
    call.outputs = std::move(outputs);
    return call;
}

OpCall turned(OpCall call) {
    for (OperandSpec& input : call.inputs) {
        if (input.values.size() > 1)
            std::rotate(input.values.begin(), input.values.begin() + 1, input.values.end());
    }
    return call;
}

OperandSpec integers(const Shape& shape, const std::vector<int64_t>& values) {
    OperandSpec spec{CHX_TYPE_I64, shape, {}, true, false};
    for (const int64_t value : values) spec.values.emplace_back(static_cast<double>(value));
    return spec;
}

OperandSpec result(int type, const Shape& shape) { return {type, shape, {}, false, false}; }
OperandSpec fixed_result(int type, const Shape& shape) { return {type, shape, {}, true, false}; }

std::vector<OpCall> calls_of(const OpRow& row, int type) {
    if (row.kind == OpKind::kElementwise && !row.is_variadic) return elementwise_calls(row, type);
    if (row.kind == OpKind::kReduction) return reduction_calls(row, type);
    std::vector<OpCall> calls = irregular_calls_of(row.name, type);
    for (OpCall& call : network_calls_of(row.name, type)) calls.push_back(std::move(call));
    for (OpCall& call : matrix_calls_of(row.name, type)) calls.push_back(std::move(call));
    for (OpCall& call : recurrent_calls_of(row.name, type)) calls.push_back(std::move(call));
    return calls;
}

}  // namespace conformance
