// The op table as the kit needs it; the rows are made by tools/generate_ops.py.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace conformance {

enum class OpKind { kElementwise, kReduction, kIrregular };
enum class ResultRule { kSame, kBool, kInt64, kReal, kSum, kAttribute };

// An attribute whose values are named in the op's header; a later contract may name more.
struct CodeAttribute {
    std::string name;
    std::size_t offset;  // in the attribute struct, of an int32_t
    int32_t greatest;
};

struct OpRow {
    std::string name;  // "chx.add"
    uint32_t version;
    OpKind kind;
    ResultRule result;
    bool is_primitive;
    int opcode;               // 0: none
    uint32_t dtypes;          // bit i: the i-th CHX_TYPE_*
    std::vector<int> inputs;  // CHX_TYPE_* of operands of a fixed dtype; -1: the dispatch dtype
    std::vector<int> outputs;
    bool is_variadic;
    std::string domain;  // where operands of tests lie: "any", "positive", ...
    std::vector<CodeAttribute> codes;
    int program_offset;  // of a chx_program in the attribute struct; -1: none
};

// All ops that kernels may be for.
const std::vector<OpRow>& op_rows();
// By "chx.<name>"; null if there is none.
const OpRow* find_op(const std::string& name);

}  // namespace conformance
