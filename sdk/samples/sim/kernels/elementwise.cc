// A kernel for each element-wise op by itself: instructions of chx.fused_elementwise that come alone.
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

#include "kernels.h"
#include "tensor.h"

namespace sim {

namespace {

constexpr int kMostOperands = 3;

struct Entry {
    const char* op;
    uint32_t version;
    uint16_t opcode;
};

#define SIM_ENTRY(name) {CHX_OP_##name, CHX_OP_##name##_VERSION, CHX_OPCODE_##name}
constexpr Entry kEntries[] = {
    SIM_ENTRY(ADD),         SIM_ENTRY(SUBTRACT),      SIM_ENTRY(MULTIPLY),
    SIM_ENTRY(DIVIDE),      SIM_ENTRY(FLOOR_DIVIDE),  SIM_ENTRY(REMAINDER),
    SIM_ENTRY(FMOD),        SIM_ENTRY(POWER),         SIM_ENTRY(MAXIMUM),
    SIM_ENTRY(MINIMUM),     SIM_ENTRY(NEGATIVE),      SIM_ENTRY(ABS),
    SIM_ENTRY(SIGN),        SIM_ENTRY(SQUARE),        SIM_ENTRY(RECIPROCAL),
    SIM_ENTRY(SQRT),        SIM_ENTRY(EXP),           SIM_ENTRY(EXPM1),
    SIM_ENTRY(EXP2),        SIM_ENTRY(LOG),           SIM_ENTRY(LOG1P),
    SIM_ENTRY(LOG2),        SIM_ENTRY(LOG10),         SIM_ENTRY(ERF),
    SIM_ENTRY(SIN),         SIM_ENTRY(COS),           SIM_ENTRY(TAN),
    SIM_ENTRY(ARCSIN),      SIM_ENTRY(ARCCOS),        SIM_ENTRY(ARCTAN),
    SIM_ENTRY(ARCTAN2),     SIM_ENTRY(SINH),          SIM_ENTRY(COSH),
    SIM_ENTRY(TANH),        SIM_ENTRY(ARCSINH),       SIM_ENTRY(ARCCOSH),
    SIM_ENTRY(ARCTANH),     SIM_ENTRY(CEIL),          SIM_ENTRY(FLOOR),
    SIM_ENTRY(TRUNC),       SIM_ENTRY(ROUND),         SIM_ENTRY(EQUAL),
    SIM_ENTRY(NOT_EQUAL),   SIM_ENTRY(LESS),          SIM_ENTRY(LESS_EQUAL),
    SIM_ENTRY(GREATER),     SIM_ENTRY(GREATER_EQUAL), SIM_ENTRY(ISNAN),
    SIM_ENTRY(ISINF),       SIM_ENTRY(ISFINITE),      SIM_ENTRY(LOGICAL_AND),
    SIM_ENTRY(LOGICAL_OR),  SIM_ENTRY(LOGICAL_XOR),   SIM_ENTRY(LOGICAL_NOT),
    SIM_ENTRY(BITWISE_AND), SIM_ENTRY(BITWISE_OR),    SIM_ENTRY(BITWISE_XOR),
    SIM_ENTRY(BITWISE_NOT), SIM_ENTRY(LEFT_SHIFT),    SIM_ENTRY(RIGHT_SHIFT),
    SIM_ENTRY(WHERE),       SIM_ENTRY(RELU),          SIM_ENTRY(RELU_GRAD),
    SIM_ENTRY(SIGMOID),     SIM_ENTRY(HYPOT),         SIM_ENTRY(COPYSIGN),
    SIM_ENTRY(NEXTAFTER),   SIM_ENTRY(SIGNBIT),       SIM_ENTRY(LOGADDEXP),
    SIM_ENTRY(REAL),        SIM_ENTRY(IMAG),          SIM_ENTRY(CONJ),
    SIM_ENTRY(GCD),
};
#undef SIM_ENTRY

void compute(const Entry& entry, const chx_launch& launch) {
    const Tensor operands[kMostOperands] = {input(launch, 0),
                                            input(launch, launch.n_in > 1 ? 1 : 0),
                                            input(launch, launch.n_in > 2 ? 2 : 0)};
    const Tensor y = output(launch);
    chx_instruction instruction{};
    instruction.opcode = entry.opcode;
    // (The first operand of a choice is its condition.)
    instruction.type = static_cast<uint8_t>(operands[launch.n_in > 1 ? 1 : 0].type());
    instruction.result_type = static_cast<uint8_t>(y.type());
    for_each_index(*launch.out[0], [&](const int64_t* index, int64_t) {
        Value values[kMostOperands];
        for (int i = 0; i < launch.n_in; ++i)
            values[i] = chx::is_host_scalar(*launch.in[i]) ? operands[i].at(0)
                                                           : operands[i].at_index(index);
        y.put_index(index, apply(instruction, values[0], values[1], values[2]));
    });
}

}  // namespace

void add_elementwise_kernels(Definitions& kernels) {
    constexpr uint64_t kCaps =
        CHX_K_STRIDED_IN | CHX_K_STRIDED_OUT | CHX_K_HOST_SCALAR | CHX_K_INPLACE_OK;
    for (const Entry& entry : kEntries) {
        kernels.push_back({entry.op, entry.version, "*", kCaps, [&entry](const chx_launch& launch) {
                               compute(entry, launch);
                           }});
    }
}

}  // namespace sim
