// One element of any dtype in a wide form: what all kernels compute with.
#pragma once

#include <cstdint>

#include <chx/chx_fused.h>

namespace sim {

enum class Kind : uint8_t { kBool, kInt, kUInt, kFloat, kComplex };

// Types are CHX_TYPE_*.
Kind kind_of(int type);
int64_t item_size(int type);

struct Value {
    int64_t i = 0;          // bool and integers; uint64 as its bits
    double re = 0, im = 0;  // floats and complex numbers
};

Value load(int type, const char* at);
// Integers wrap around, floats round to nearest even.
void store(int type, char* at, const Value& value);
// The value that a type holds after storing this one.
Value rounded(int type, const Value& value);
// Float to integer truncates, anything to bool compares with zero, complex to real drops the
// imaginary part.
Value convert(int from, int to, const Value& value);

// The type in which values of a type add up.
int sum_type(int type);

// An instruction of chx.fused_elementwise on operands of one type, rounded to its result's type.
Value apply(const chx_instruction& instruction, const Value& a, const Value& b, const Value& c);
// The same for an opcode whose result has the type of its operands.
Value apply(int opcode, int type, const Value& a, const Value& b = {});

}  // namespace sim
