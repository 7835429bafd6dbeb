// Calls of ops that kernels are tested with: operands, results and attributes, by shapes and values.
#pragma once

#include <complex>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "element.h"
#include "op_rows.h"

namespace conformance {

using Shape = std::vector<int64_t>;
using Values = std::vector<std::complex<double>>;

int64_t size_of(const Shape& shape);

struct OperandSpec {
    int type = 0;
    Shape shape;
    Values values;             // in row-major order; none for results
    bool is_fixed = false;     // of that type in the reference too
    bool is_left_out = false;  // an optional operand that is not given
};

struct OpCall {
    std::string label;  // "shape (2, 3)"
    std::vector<OperandSpec> inputs, outputs;
    // The op's attribute struct; that of the reference, which may name a wider dtype.
    std::vector<char> attrs, reference_attrs;
    bool may_broadcast = false;  // element-wise: all operands and results have one shape
    bool has_scalars = false;    // the 0-d operands may be host scalars
    // They are: the core gives arrays of the result's shape to kernels that don't take host scalars.
    bool needs_host_scalars = false;
    // The values depend on the dtype, so that the reference is computed in it.
    bool is_of_own_type = false;
};

std::string to_string(const Shape& shape);

OpCall call_with(std::string label,
                 std::vector<OperandSpec> inputs,
                 std::vector<OperandSpec> outputs);

// The calls for an op and a dispatch dtype; none if the kit knows nothing of the op.
std::vector<OpCall> calls_of(const OpRow& row, int type);
// As calls_of, for what is no element-wise op or reduction.
std::vector<OpCall> irregular_calls_of(const std::string& op, int type);
std::vector<OpCall> network_calls_of(const std::string& op, int type);
std::vector<OpCall> matrix_calls_of(const std::string& op, int type);
std::vector<OpCall> recurrent_calls_of(const std::string& op, int type);

// The results of a call of a recurrent layer in double precision; none of other ops.
std::vector<std::vector<double>> recurrent_results(const std::string& op, const OpCall& call);

// An element-wise call with the same values, each at another place.
OpCall turned(OpCall call);

// Values of a domain of the op table, exact in every dtype that has them; k tells operands apart.
Values values_in(const std::string& domain, int type, int64_t n, int k);
OperandSpec operand(int type, const Shape& shape, int k = 0, const std::string& domain = "any");
OperandSpec integers(const Shape& shape, const std::vector<int64_t>& values);
OperandSpec result(int type, const Shape& shape);
OperandSpec fixed_result(int type, const Shape& shape);

// Attributes with struct_size set, for both sides; change(attrs, wide) fills them, wide for the reference.
template <class A, class F>
void set_attrs(OpCall& call, F&& change) {
    for (const bool is_wide : {false, true}) {
        A attrs;
        std::memset(&attrs, 0, sizeof attrs);
        attrs.struct_size = sizeof attrs;
        change(attrs, is_wide);
        auto& bytes = is_wide ? call.reference_attrs : call.attrs;
        bytes.resize(sizeof attrs);
        std::memcpy(bytes.data(), &attrs, sizeof attrs);
    }
}

}  // namespace conformance
