// Element-wise ops as programs of one instruction give what their own kernels give.
#include "chx/ops/fused.h"

#include "core/ops/array_checks.h"
#include "ops/op_support.h"

namespace chainerx::testing {
namespace {

Array as_program(const internal::OpDef& op, const std::vector<Operand>& inputs) {
    Array output;
    op.decompose(inputs.data(), static_cast<int>(inputs.size()), nullptr, &output);
    return output;
}

TEST(Fused, EveryElementwiseOp) {
    const Array x1 = doubles({0.25, 0.5, 0.75});
    const Array x2 = doubles({0.5, 0.5, 0.25});
    for (int id = 0; id < internal::kBuiltinOpCount; ++id) {
        const internal::OpDef& op = internal::kOps[id];
        if (op.opcode == 0) continue;
        const bool is_complex = !internal::supports_dtype(op, DType::kFloat64) &&
                                internal::supports_dtype(op, DType::kComplex128);
        const bool is_integer = !is_complex && !internal::supports_dtype(op, DType::kFloat64);
        std::vector<Array> arrays;
        for (int i = 0; i < op.n_inputs; ++i) {
            const Array x = op.input_dtypes[i] != internal::kFreeDType ? greater(x1, 0.4)
                            : i == 0                                   ? x1
                                                                       : x2;
            arrays.push_back(is_integer   ? astype(multiply(x, 4), DType::kInt64)
                             : is_complex ? multiply(x, Scalar(std::complex<double>(1, 2)))
                                          : x);
        }
        const std::vector<Operand> operands(arrays.begin(), arrays.end());
        Array expected;
        internal::dispatch(op, operands.data(), op.n_inputs, nullptr, &expected);
        const Array result = as_program(op, operands);
        EXPECT_EQ(result.dtype(), expected.dtype()) << op.name;
        SCOPED_TRACE(op.name);
        for (const auto part : {real, imag})
            expect_vector(part(result), values_of(part(expected)), 1e-14);
    }
}

TEST(Fused, Scalars) {
    const Array x = doubles({0.25, 0.5, 0.75});
    expect_vector(as_program(internal::kOps[internal::kOpLess], {x, Operand(0.6)}), {1, 1, 0});
    expect_vector(as_program(internal::kOps[internal::kOpAdd], {Operand(1), x}), {1.25, 1.5, 1.75});
    expect_vector(as_program(internal::kOps[internal::kOpWhere], {Operand(true), x, Operand(7)}),
                  {0.25, 0.5, 0.75});
    expect_vector(
        as_program(internal::kOps[internal::kOpWhere], {greater(x, 0.3), Operand(1), Operand(2)}),
        {2, 1, 1});
}

TEST(Fused, Broadcasting) {
    const Array column = doubles({1, 2}, {2, 1});
    expect_array(as_program(internal::kOps[internal::kOpMultiply], {column, doubles({3, 4})}),
                 {2, 2},
                 {3, 4, 6, 8});
}

}  // namespace
}  // namespace chainerx::testing
