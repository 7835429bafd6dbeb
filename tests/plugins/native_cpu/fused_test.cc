// chx.fused_elementwise: programs against the same ops one by one, and what it refuses.
#include <cmath>

#include <chx/ops/fused.h>
#include <chx/ops/opcodes.h>
#include <gtest/gtest.h>

#include "test_host.h"

namespace chx_test {
namespace {

using Attrs = chx_attrs_fused_elementwise;

Attrs program(uint32_t n_in, const std::vector<chx_instruction>& code, const char* dtype_name) {
    Attrs attrs = make_attrs<Attrs>();
    attrs.dtype = dtype(dtype_name);
    attrs.program.n_in = n_in;
    attrs.program.n_instructions = static_cast<uint32_t>(code.size());
    for (size_t i = 0; i < code.size() && i < CHX_PROGRAM_MAX_INSTRUCTIONS; ++i) {
        attrs.program.code[i] = code[i];
    }
    return attrs;
}

chx_instruction instruction(int opcode, int type, int result_type, int a, int b = 0, int c = 0) {
    return {static_cast<uint16_t>(opcode),
            static_cast<uint8_t>(type),
            static_cast<uint8_t>(result_type),
            static_cast<uint8_t>(a),
            static_cast<uint8_t>(b),
            static_cast<uint8_t>(c),
            0};
}

chx_status run(const Attrs& attrs, const std::vector<const Tensor*>& in, const Tensor& y) {
    return Plugin::instance().launch_with("chx.fused_elementwise", y.dtype_name(), in, {&y}, attrs);
}

Tensor ramp(const char* name, std::vector<int64_t> shape, double from, double step) {
    Tensor x(name, std::move(shape));
    for (int64_t i = 0; i < x.numel(); ++i) {
        x.set(i, from + step * static_cast<double>(i));
    }
    return x;
}

// where(x > s, x * w + b, exp(x)): arrays, a row, a host scalar, and a bool in between.
TEST(Fused, ProgramOverMixedLayouts) {
    constexpr int kF = CHX_TYPE_F32, kB = CHX_TYPE_BOOL;
    const Attrs attrs = program(4,
                                {instruction(CHX_OPCODE_GREATER, kF, kB, 0, 3),
                                 instruction(CHX_OPCODE_MULTIPLY, kF, kF, 0, 1),
                                 instruction(CHX_OPCODE_ADD, kF, kF, 5, 2),
                                 instruction(CHX_OPCODE_EXP, kF, kF, 0),
                                 instruction(CHX_OPCODE_WHERE, kF, kF, 4, 6, 7)},
                                "f32");
    for (const std::vector<int64_t>& shape :
         {std::vector<int64_t>{3, 5}, {0, 4}, {1, 1}, {700, 9}, {40, 3000}}) {
        const int64_t n = shape[1];
        const Tensor x = ramp("f32", {shape[1], shape[0]}, -1, 0.001).transposed({1, 0});
        const Tensor w = ramp("f32", {n}, 0, 1).broadcast(shape);
        const Tensor b = ramp("f32", {shape[0], 1}, 3, 1).broadcast(shape);
        const Tensor s = Tensor("f32", {1}, std::vector<double>{0.5}).as_host_scalar();
        const Tensor y("f32", shape);
        ASSERT_EQ(run(attrs, {&x, &w, &b, &s}, y), CHX_OK) << last_error();
        for (int64_t i = 0; i < y.numel(); ++i) {
            const float v = static_cast<float>(x.real(i));
            const float line = v * static_cast<float>(w.real(i)) + static_cast<float>(b.real(i));
            const double expected = v > 0.5f ? line : std::exp(static_cast<double>(v));
            ASSERT_NEAR(y.real(i), expected, 3e-7 * std::abs(expected)) << i;
        }
    }
}

TEST(Fused, EveryInstructionRoundsAs16BitOpsDo) {
    for (const auto& [name, type] :
         {std::pair{"f16", CHX_TYPE_F16}, std::pair{"bf16", CHX_TYPE_BF16}}) {
        const Tensor x = ramp(name, {1000}, -3, 0.01), y(name, {1000}), squares(name, {1000}),
                     expected(name, {1000});
        const Attrs attrs = program(1,
                                    {instruction(CHX_OPCODE_SQUARE, type, type, 0),
                                     instruction(CHX_OPCODE_ADD, type, type, 1, 0)},
                                    name);
        ASSERT_EQ(run(attrs, {&x}, y), CHX_OK);
        ASSERT_EQ(Plugin::instance().launch("chx.square", name, {&x}, {&squares}), CHX_OK);
        ASSERT_EQ(Plugin::instance().launch("chx.add", name, {&squares, &x}, {&expected}), CHX_OK);
        EXPECT_EQ(y.values(), expected.values());
    }
}

TEST(Fused, CastsBetweenInstructions) {
    const Tensor x = ramp("i32", {6, 50}, -20, 3).every_second(1), y("c64", {6, 25});
    const Attrs attrs = program(1,
                                {instruction(CHX_OPCODE_CAST, CHX_TYPE_I32, CHX_TYPE_F64, 0),
                                 instruction(CHX_OPCODE_SQRT, CHX_TYPE_F64, CHX_TYPE_F64, 1),
                                 instruction(CHX_OPCODE_ISNAN, CHX_TYPE_F64, CHX_TYPE_BOOL, 2),
                                 instruction(CHX_OPCODE_CAST, CHX_TYPE_BOOL, CHX_TYPE_C64, 3)},
                                "c64");
    ASSERT_EQ(run(attrs, {&x}, y), CHX_OK) << last_error();
    for (int64_t i = 0; i < y.numel(); ++i) {
        EXPECT_EQ(y.at(i), std::complex<double>(x.real(i) < 0 ? 1 : 0));
    }
}

TEST(Fused, ScalarsAloneFillTheOutput) {
    const Tensor a = Tensor("f32", {1}, std::vector<double>{3}).as_host_scalar(), b = a;
    const Tensor y = Tensor("f32", {20, 30}).every_second(1);
    const Attrs attrs =
        program(2, {instruction(CHX_OPCODE_ADD, CHX_TYPE_F32, CHX_TYPE_F32, 0, 1)}, "f32");
    ASSERT_EQ(run(attrs, {&a, &b}, y), CHX_OK);
    EXPECT_EQ(y.values(), std::vector<double>(300, 6.0));
}

TEST(Fused, LongestProgramWithMostOperands) {
    std::vector<Tensor> operands;
    std::vector<const Tensor*> in;
    for (int k = 0; k < CHX_PROGRAM_MAX_INPUTS; ++k) {
        operands.push_back(ramp("f64", {5000}, k, 1));
    }
    std::vector<chx_instruction> code;
    for (int i = 0; i < CHX_PROGRAM_MAX_INSTRUCTIONS; ++i) {
        // x0 + x1, then each register plus an operand: at the end a sum over all operands, three
        // times over.
        const int last = CHX_PROGRAM_MAX_INPUTS + i - 1;
        code.push_back(instruction(CHX_OPCODE_ADD,
                                   CHX_TYPE_F64,
                                   CHX_TYPE_F64,
                                   i == 0 ? 0 : last,
                                   (i + (i == 0 ? 1 : 0)) % CHX_PROGRAM_MAX_INPUTS));
    }
    for (const Tensor& operand : operands) {
        in.push_back(&operand);
    }
    const Tensor y("f64", {5000});
    ASSERT_EQ(run(program(CHX_PROGRAM_MAX_INPUTS, code, "f64"), in, y), CHX_OK);
    std::vector<double> registers;
    for (int k = 0; k < CHX_PROGRAM_MAX_INPUTS; ++k) {
        registers.push_back(k);
    }
    for (const chx_instruction& step : code) {
        registers.push_back(registers[step.a] + registers[step.b]);
    }
    EXPECT_EQ(y.real(0), registers.back());
    EXPECT_EQ(y.real(4999), registers.back() + 4999.0 * (CHX_PROGRAM_MAX_INSTRUCTIONS + 1));
    EXPECT_EQ(live_host_blocks(), 0);
}

TEST(Fused, OutputMayBeAnOperand) {
    const Tensor x = ramp("f32", {3000}, 0, 1);
    const Attrs attrs =
        program(1,
                {instruction(CHX_OPCODE_SQUARE, CHX_TYPE_F32, CHX_TYPE_F32, 0),
                 instruction(CHX_OPCODE_SUBTRACT, CHX_TYPE_F32, CHX_TYPE_F32, 1, 0)},
                "f32");
    ASSERT_EQ(run(attrs, {&x}, x), CHX_OK);
    EXPECT_EQ(x.real(2999), 2999.0 * 2998.0);
}

TEST(Fused, NonsenseIsRefused) {
    const Tensor x = ramp("f32", {3}, 0, 1), y("f32", {3});
    constexpr int kF = CHX_TYPE_F32;
    EXPECT_EQ(run(program(1, {}, "f32"), {&x}, y), CHX_E_INVALID);
    EXPECT_EQ(run(program(1, {instruction(CHX_OPCODE_ADD, kF, kF, 0, 1)}, "f32"), {&x}, y),
              CHX_E_INVALID);
    EXPECT_EQ(
        run(program(1, {instruction(CHX_OPCODE_ADD, CHX_TYPE_I32, CHX_TYPE_I32, 0, 0)}, "f32"),
            {&x},
            y),
        CHX_E_INVALID);
    EXPECT_EQ(run(program(1, {instruction(CHX_OPCODE_BITWISE_NOT, kF, kF, 0)}, "f32"), {&x}, y),
              CHX_E_INVALID);
    EXPECT_EQ(run(program(1, {instruction(CHX_N_OPCODES, kF, kF, 0)}, "f32"), {&x}, y),
              CHX_E_UNIMPLEMENTED);
    EXPECT_EQ(run(program(2, {instruction(CHX_OPCODE_ADD, kF, kF, 0, 1)}, "f32"), {&x}, y),
              CHX_E_INVALID);
    EXPECT_EQ(
        run(program(1, {instruction(CHX_OPCODE_ISNAN, kF, CHX_TYPE_BOOL, 0)}, "f32"), {&x}, y),
        CHX_E_INVALID);
    EXPECT_NE(last_error(), "");
}

}  // namespace
}  // namespace chx_test
