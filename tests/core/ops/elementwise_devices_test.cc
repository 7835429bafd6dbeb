// Every element-wise op of every dtype gives the same on primdev, nulldev and sim as on native.
#include <cmath>
#include <complex>

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"
#include "core/test_devices.h"
#include "dispatch/dispatch.h"

namespace chainerx::testing {
namespace {

using internal::OpDef;

// Operands that are in the domain of everything but arccosh, which gets its own.
Array operand(const OpDef& op, int i, DType dtype) {
    const bool is_above_one = std::string(op.name) == "arccosh";
    Array values = doubles({0.25, 0.5, 0.75, 0.875, 0.125, 0.625}, {2, 3});
    if (is_above_one) values = values + 1;
    if (i > 0) values = flip(values.at({0}));
    if (op.input_dtypes[i] != internal::kFreeDType) return greater(values, 0.5);
    if (is_inexact(dtype))
        return (kind(dtype) == DTypeKind::kComplex ? values * std::complex<double>(1, 0.5) : values)
            .astype(dtype);
    const Array whole = floor(values * 8);
    return (kind(dtype) == DTypeKind::kInt && i == 0 ? whole - 3 : whole).astype(dtype);
}

double tolerance_of(DType dtype) {
    switch (dtype) {
        case DType::kFloat16:
            return 3e-3;
        case DType::kBFloat16:
            return 2e-2;
        case DType::kFloat32:
        case DType::kComplex64:
            return 2e-6;
        default:
            return 1e-13;
    }
}

std::vector<std::complex<double>> complex_values(const Array& array) {
    std::vector<std::complex<double>> values(static_cast<size_t>(array.size()));
    array.to_device(native()).astype(DType::kComplex128).copy_to_host(values.data());
    return values;
}

void compare(const OpDef& op,
             const std::vector<Operand>& operands,
             const Array& expected,
             Device& device) {
    std::vector<Array> moved;
    moved.reserve(operands.size());
    std::vector<Operand> there = operands;
    for (Operand& operand : there) {
        if (!operand.is_array()) continue;
        internal::retain(operand.body());
        moved.push_back(Array(operand.body()).to_device(device));
        operand = Operand(moved.back());
    }
    Array actual;
    internal::dispatch(op, there.data(), op.n_inputs, nullptr, &actual);
    ASSERT_EQ(&actual.device(), &device);
    ASSERT_EQ(dtype_name(actual.dtype()), dtype_name(expected.dtype()));
    ASSERT_EQ(to_string(actual.shape()), to_string(expected.shape()));
    const auto a = complex_values(actual), b = complex_values(expected);
    for (size_t i = 0; i < a.size(); ++i) {
        ASSERT_LE(std::abs(a[i] - b[i]), tolerance_of(expected.dtype()) * (1 + std::abs(b[i])))
            << "at " << i << ": " << a[i] << " instead of " << b[i];
    }
}

class Elementwise : public ::testing::TestWithParam<int> {};

TEST_P(Elementwise, IsTheSameEverywhere) {
    const auto dtype = static_cast<DType>(GetParam());
    for (uint16_t id = 0; id < internal::kBuiltinOpCount; ++id) {
        const OpDef& op = internal::kOps[id];
        if (op.opcode == 0 || !internal::supports_dtype(op, dtype)) continue;
        std::vector<Array> arrays;
        for (int i = 0; i < op.n_inputs; ++i) arrays.push_back(operand(op, i, dtype));
        std::vector<Operand> operands(arrays.begin(), arrays.end());
        for (const bool has_scalar : {false, true}) {
            if (has_scalar && op.n_inputs == 1) continue;
            if (has_scalar)
                operands.back() = is_inexact(dtype)       ? Operand(0.75)
                                  : dtype == DType::kBool ? Operand(true)
                                                          : Operand(3);
            SCOPED_TRACE(std::string(op.name) + (has_scalar ? " with a scalar" : ""));
            Array expected;
            internal::dispatch(op, operands.data(), op.n_inputs, nullptr, &expected);
            compare(op, operands, expected, primdev());
            compare(op, operands, expected, nulldev());
            compare(op, operands, expected, sim("sim.latency_us=0,sim.kernels=all"));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(AllDtypes,
                         Elementwise,
                         ::testing::Range(0, kDTypeCount),
                         [](const auto& info) {
                             return std::string(dtype_name(static_cast<DType>(info.param)));
                         });

}  // namespace
}  // namespace chainerx::testing
