// What the element-wise opcodes are: name, operands, dtypes and rough cost.
#pragma once

#include <cstdint>

#include <chx/chx_plugin.hpp>

namespace native {

// The dtype of a result beside the operands' dtype.
enum class ResultType : uint8_t { kSame, kBool, kReal };

struct ElementwiseOp {
    const char* name;
    uint32_t version;
    const char* dtypes;
    uint8_t arity;  // with three operands the first one is a bool condition
    ResultType result;
    uint8_t cost;  // of an element, compared with an addition
};

// By opcode; the entry of CHX_OPCODE_CAST has no name.
const ElementwiseOp& elementwise_op(int opcode);

// The CHX_TYPE_* of an op's result from that of its operands.
int result_type(const ElementwiseOp& op, int type);

// Elements worth a thread of their own at this cost per element.
inline int64_t parallel_grain(int64_t cost) { return cost >= 64 ? 1024 : 65536 / cost; }

}  // namespace native
