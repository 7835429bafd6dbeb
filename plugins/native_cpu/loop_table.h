// The contiguous loops of element-wise opcodes and casts, chosen once for this processor.
#pragma once

#include <cstdint>

#include <chx/chx_fused.h>
#include <chx/ops/opcodes.h>

namespace native {

// out[i] = op(a[i], b[i], c[i]) for n elements; pointers of operands that the op lacks are ignored.
// out may be a, b or c.
using Loop = void (*)(const void* a, const void* b, const void* c, void* out, int64_t n);

// Loops of one opcode and type, by which of its last two operands is a single element: kArrays,
// kFirstScalar, kSecondScalar, or both. (The condition of `where` does not count and is always an
// array.) Null: not offered.
struct OpLoops {
    Loop variants[4] = {};
};
inline constexpr int kArrays = 0;
inline constexpr int kFirstScalar = 1;
inline constexpr int kSecondScalar = 2;

struct LoopTable {
    OpLoops ops[CHX_N_OPCODES][CHX_N_TYPES];
    // casts[from][to]: out[i] = a[i] converted.
    Loop casts[CHX_N_TYPES][CHX_N_TYPES] = {};
};

// The table for the best instruction set that this processor has.
const LoopTable& loop_table();

void fill_arithmetic_loops(LoopTable& table);
void fill_division_loops(LoopTable& table);
void fill_comparison_loops(LoopTable& table);
void fill_bitwise_loops(LoopTable& table);
void fill_logic_loops(LoopTable& table);
void fill_selection_loops(LoopTable& table);
void fill_rounding_loops(LoopTable& table);
void fill_sign_loops(LoopTable& table);
void fill_complex_loops(LoopTable& table);
void fill_complex_function_loops(LoopTable& table);
void fill_exponential_loops(LoopTable& table);
void fill_trigonometric_loops(LoopTable& table);
void fill_hyperbolic_loops(LoopTable& table);
void fill_power_loops(LoopTable& table);
void fill_root_loops(LoopTable& table);
void fill_cast_loops(LoopTable& table);

}  // namespace native
