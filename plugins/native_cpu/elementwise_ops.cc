// The table of element-wise opcodes.
#include "elementwise_ops.h"

#include <array>

#include <chx/ops/activation.h>
#include <chx/ops/arithmetic.h>
#include <chx/ops/bitwise.h>
#include <chx/ops/comparison.h>
#include <chx/ops/complex.h>
#include <chx/ops/exponential.h>
#include <chx/ops/hyperbolic.h>
#include <chx/ops/indexing.h>
#include <chx/ops/logic.h>
#include <chx/ops/opcodes.h>
#include <chx/ops/rounding.h>
#include <chx/ops/trigonometric.h>

#include "kernel_list.h"

namespace native {
namespace {

constexpr auto kSame = ResultType::kSame;
constexpr auto kBool = ResultType::kBool;
constexpr auto kReal = ResultType::kReal;

constexpr uint8_t kCheap = 1, kDivision = 4, kFunction = 8, kSlowFunction = 16;
constexpr const char* kNoBool = kNumberTypes;

constexpr std::array<ElementwiseOp, CHX_N_OPCODES> make_table() {
    std::array<ElementwiseOp, CHX_N_OPCODES> table{};
    table[CHX_OPCODE_CAST] = {nullptr, 0, kAllTypes, 1, kSame, kCheap};
#define NATIVE_OP(name, dtypes, arity, result, cost) \
    table[CHX_OPCODE_##name] = {CHX_OP_##name, CHX_OP_##name##_VERSION, dtypes, arity, result, cost}
    NATIVE_OP(ADD, kNoBool, 2, kSame, kCheap);
    NATIVE_OP(SUBTRACT, kNoBool, 2, kSame, kCheap);
    NATIVE_OP(MULTIPLY, kAllTypes, 2, kSame, kCheap);
    NATIVE_OP(DIVIDE, kFloatComplexTypes, 2, kSame, kCheap);
    NATIVE_OP(FLOOR_DIVIDE, kIntFloatTypes, 2, kSame, kDivision);
    NATIVE_OP(REMAINDER, kIntFloatTypes, 2, kSame, kDivision);
    NATIVE_OP(FMOD, kIntFloatTypes, 2, kSame, kDivision);
    NATIVE_OP(POWER, kNoBool, 2, kSame, kSlowFunction);
    NATIVE_OP(MAXIMUM, kRealTypes, 2, kSame, kCheap);
    NATIVE_OP(MINIMUM, kRealTypes, 2, kSame, kCheap);
    NATIVE_OP(NEGATIVE, kNoBool, 1, kSame, kCheap);
    NATIVE_OP(ABS, kNoBool, 1, kReal, kCheap);
    NATIVE_OP(SIGN, kNoBool, 1, kSame, kCheap);
    NATIVE_OP(SQUARE, kNoBool, 1, kSame, kCheap);
    NATIVE_OP(RECIPROCAL, kFloatComplexTypes, 1, kSame, kCheap);
    NATIVE_OP(SQRT, kFloatComplexTypes, 1, kSame, kDivision);
    NATIVE_OP(EXP, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(EXPM1, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(EXP2, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(LOG, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(LOG1P, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(LOG2, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(LOG10, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(ERF, kFloatTypes, 1, kSame, kFunction);
    NATIVE_OP(SIN, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(COS, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(TAN, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(ARCSIN, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(ARCCOS, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(ARCTAN, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(ARCTAN2, kFloatTypes, 2, kSame, kSlowFunction);
    NATIVE_OP(SINH, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(COSH, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(TANH, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(ARCSINH, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(ARCCOSH, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(ARCTANH, kFloatComplexTypes, 1, kSame, kFunction);
    NATIVE_OP(CEIL, kIntFloatTypes, 1, kSame, kCheap);
    NATIVE_OP(FLOOR, kIntFloatTypes, 1, kSame, kCheap);
    NATIVE_OP(TRUNC, kIntFloatTypes, 1, kSame, kCheap);
    NATIVE_OP(ROUND, kNoBool, 1, kSame, kCheap);
    NATIVE_OP(EQUAL, kAllTypes, 2, kBool, kCheap);
    NATIVE_OP(NOT_EQUAL, kAllTypes, 2, kBool, kCheap);
    NATIVE_OP(LESS, kRealTypes, 2, kBool, kCheap);
    NATIVE_OP(LESS_EQUAL, kRealTypes, 2, kBool, kCheap);
    NATIVE_OP(GREATER, kRealTypes, 2, kBool, kCheap);
    NATIVE_OP(GREATER_EQUAL, kRealTypes, 2, kBool, kCheap);
    NATIVE_OP(ISNAN, kAllTypes, 1, kBool, kCheap);
    NATIVE_OP(ISINF, kAllTypes, 1, kBool, kCheap);
    NATIVE_OP(ISFINITE, kAllTypes, 1, kBool, kCheap);
    NATIVE_OP(LOGICAL_AND, kAllTypes, 2, kBool, kCheap);
    NATIVE_OP(LOGICAL_OR, kAllTypes, 2, kBool, kCheap);
    NATIVE_OP(LOGICAL_XOR, kAllTypes, 2, kBool, kCheap);
    NATIVE_OP(LOGICAL_NOT, kAllTypes, 1, kBool, kCheap);
    NATIVE_OP(BITWISE_AND, kBoolIntTypes, 2, kSame, kCheap);
    NATIVE_OP(BITWISE_OR, kBoolIntTypes, 2, kSame, kCheap);
    NATIVE_OP(BITWISE_XOR, kBoolIntTypes, 2, kSame, kCheap);
    NATIVE_OP(BITWISE_NOT, kBoolIntTypes, 1, kSame, kCheap);
    NATIVE_OP(GCD, kIntTypes, 2, kSame, kSlowFunction);
    NATIVE_OP(LEFT_SHIFT, kIntTypes, 2, kSame, kCheap);
    NATIVE_OP(RIGHT_SHIFT, kIntTypes, 2, kSame, kCheap);
    NATIVE_OP(WHERE, kAllTypes, 3, kSame, kCheap);
    NATIVE_OP(RELU, kIntFloatTypes, 1, kSame, kCheap);
    NATIVE_OP(RELU_GRAD, kFloatTypes, 2, kSame, kCheap);
    NATIVE_OP(SIGMOID, kFloatTypes, 1, kSame, kFunction);
    NATIVE_OP(HYPOT, kFloatTypes, 2, kSame, kDivision);
    NATIVE_OP(COPYSIGN, kFloatTypes, 2, kSame, kCheap);
    NATIVE_OP(NEXTAFTER, kWideFloatTypes, 2, kSame, kFunction);
    NATIVE_OP(SIGNBIT, kFloatTypes, 1, kBool, kCheap);
    NATIVE_OP(LOGADDEXP, kFloatTypes, 2, kSame, kSlowFunction);
    NATIVE_OP(REAL, kComplexTypes, 1, kReal, kCheap);
    NATIVE_OP(IMAG, kComplexTypes, 1, kReal, kCheap);
    NATIVE_OP(CONJ, kComplexTypes, 1, kSame, kCheap);
#undef NATIVE_OP
    return table;
}

constexpr std::array<ElementwiseOp, CHX_N_OPCODES> kTable = make_table();

constexpr bool is_complete() {
    for (const ElementwiseOp& op : kTable) {
        if (op.arity == 0) {
            return false;
        }
    }
    return true;
}
static_assert(is_complete(), "every opcode has a row");

}  // namespace

const ElementwiseOp& elementwise_op(int opcode) { return kTable[opcode]; }

int result_type(const ElementwiseOp& op, int type) {
    switch (op.result) {
        case ResultType::kBool:
            return CHX_TYPE_BOOL;
        case ResultType::kReal:
            return type == CHX_TYPE_C64    ? CHX_TYPE_F32
                   : type == CHX_TYPE_C128 ? CHX_TYPE_F64
                                           : type;
        default:
            return type;
    }
}

}  // namespace native
