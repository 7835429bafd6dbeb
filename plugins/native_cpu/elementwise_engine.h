// The block engine: runs a small program of element-wise instructions over operands of any layout.
#pragma once

#include <cstdint>

#include <chx/chx_fused.h>

#include "loop_table.h"
#include "scalar_types.h"

namespace native {

// A program checked against the types of its operands and made ready to run, any number of times.
class ElementwiseProgram {
public:
    // Throws where the program makes no sense, or asks for what no loop offers.
    ElementwiseProgram(const chx_program& program, const uint8_t* input_types);

    // The CHX_TYPE_* of the result.
    int output_type() const { return types_[n_in_ + n_steps_ - 1]; }

    // The operands have the output's shape or a single element; the output may be the very same
    // view as an operand.
    void run(const chx_tensor* const* inputs, const chx_tensor& output) const;

private:
    friend class BlockRunner;

    struct Step {
        const OpLoops* loops;
        Loop cast;  // instead of loops, for casts
        uint8_t arity;
        uint8_t registers[3];
        uint8_t type;
        bool via_float;  // 16-bit floats are computed with as float
        int16_t slot;    // where in the block buffer the result goes; kOutput: to the output
    };
    static constexpr int16_t kOutput = -1;
    static constexpr int kMaxRegisters = CHX_PROGRAM_MAX_INPUTS + CHX_PROGRAM_MAX_INSTRUCTIONS;
    // Bytes of a block of one register: a few of them fit the first-level cache.
    static constexpr int64_t kBlockBytes = 4096;

    void add_step(const chx_instruction& instruction, int index);
    void assign_slots();
    int64_t block_extent() const;

    uint32_t n_in_, n_steps_;
    int n_slots_ = 0;
    int64_t cost_ = 0;
    bool any_via_float_ = false;
    uint8_t types_[kMaxRegisters];
    Step steps_[CHX_PROGRAM_MAX_INSTRUCTIONS];
};

}  // namespace native
