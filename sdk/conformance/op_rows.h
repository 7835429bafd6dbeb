// The op table as the kit needs it; the rows are made by tools/generate_ops.py.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace conformance {

enum class OpKind { kElementwise, kReduction, kIrregular };
enum class ResultRule { kSame, kBool, kInt64, kReal, kSum, kAttribute };

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
};

// All ops that kernels may be for.
const std::vector<OpRow>& op_rows();
// By "chx.<name>"; null if there is none.
const OpRow* find_op(const std::string& name);

}  // namespace conformance
