// Implements the changes in the attributes' bytes.
#include "later_calls.h"

#include <limits>

#include <chx/chx_fused.h>
#include <chx/ops/opcodes.h>
#include <fmt/format.h>

namespace conformance {
namespace {

template <class T>
OpCall with(const OpCall& call, std::size_t offset, T value) {
    OpCall changed = call;
    std::memcpy(changed.attrs.data() + offset, &value, sizeof value);
    return changed;
}

}  // namespace

std::vector<LaterCall> later_calls_of(const OpRow& row, const OpCall& call) {
    std::vector<LaterCall> calls;
    for (const CodeAttribute& code : row.codes) {
        for (const int32_t value :
             {code.greatest + 1, std::numeric_limits<int32_t>::max(), int32_t{-1}})
            calls.push_back(
                {fmt::format("{} {}", code.name, value), with(call, code.offset, value)});
    }
    if (row.program_offset < 0) return calls;
    const std::size_t first =
        static_cast<std::size_t>(row.program_offset) + offsetof(chx_program, code);
    for (const int opcode : {CHX_N_OPCODES, 0xffff})
        calls.push_back(
            {fmt::format("opcode {}", opcode),
             with(call, first + offsetof(chx_instruction, opcode), static_cast<uint16_t>(opcode))});
    for (const std::size_t field :
         {offsetof(chx_instruction, type), offsetof(chx_instruction, result_type)})
        calls.push_back({fmt::format("an instruction of type {}", CHX_N_TYPES),
                         with(call, first + field, static_cast<uint8_t>(CHX_N_TYPES))});
    return calls;
}

}  // namespace conformance
