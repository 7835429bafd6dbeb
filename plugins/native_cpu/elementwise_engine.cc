// Runs element-wise programs block by block.
#include "elementwise_engine.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "elementwise_access.h"
#include "elementwise_ops.h"
#include "host.h"

namespace native {

// One run of a program; the threads that take part share it.
class BlockRunner {
public:
    BlockRunner(const ElementwiseProgram& program, const ElementwiseAccess& access)
        : program_(program), access_(access), loop_(access.loop()), n_in_(access.n_in()) {}

    void run() const {
        const int64_t grain = parallel_grain(program_.cost_);
        if (loop_.numel() <= grain) {
            run_range(0, loop_.numel());
            return;
        }
        const int64_t unit = access_.unit();
        parallel_for(
            loop_.numel() / unit,
            std::max<int64_t>(grain / unit, 1),
            [&](int64_t begin, int64_t end, int32_t) { run_range(begin * unit, end * unit); });
    }

private:
    using Step = ElementwiseProgram::Step;
    static constexpr int64_t kBlockBytes = ElementwiseProgram::kBlockBytes;
    static constexpr int kFloatSlots = 4;
    static constexpr int kStackSlots = 9;

    // Where each register's elements are during one block.
    struct Registers {
        const char* data[ElementwiseProgram::kMaxRegisters];
        bool scalar[ElementwiseProgram::kMaxRegisters];
        char* buffer;
    };

    // The block buffer: a slot per operand, the program's slots, and room for 16-bit operands as
    // floats.
    int n_slots() const { return 1 + n_in_ + program_.n_slots_ + kFloatSlots; }
    char* operand_slot(char* buffer, int operand) const { return buffer + operand * kBlockBytes; }
    char* program_slot(char* buffer, int slot) const {
        return buffer + (1 + n_in_ + slot) * kBlockBytes;
    }
    char* float_slot(char* buffer, int j) const {
        return program_slot(buffer, program_.n_slots_ + j);
    }

    void run_range(int64_t begin, int64_t end) const {
        if (access_.visit() == Visit::kWhole) {
            run_whole(begin, end);
            return;
        }
        alignas(64) char on_stack[kStackSlots * kBlockBytes];
        std::optional<HostBuffer> on_heap;
        Registers registers;
        registers.buffer = on_stack;
        if (n_slots() > kStackSlots) {
            registers.buffer =
                on_heap.emplace(static_cast<uint64_t>(n_slots() * kBlockBytes)).as<char>();
        }
        for (int k = 0; k < n_in_; ++k) {
            registers.scalar[k] = access_.of(k + 1) == Access::kScalar;
            registers.data[k] = loop_.data(k + 1);
        }
        if (access_.visit() == Visit::kRuns) {
            loop_.for_each(
                begin, end, [&](char* const* at, int64_t n) { run_one_run(registers, at, n); });
            return;
        }
        load_tiles(registers, begin, end);
        for (int64_t at = begin; at < end; at += access_.block()) {
            run_block(registers, at, std::min(access_.block(), end - at));
        }
    }

    // The one instruction, straight on the operands' memory.
    void run_whole(int64_t begin, int64_t end) const {
        const Step& step = program_.steps_[0];
        int operands[3] = {};
        bool scalar[3] = {};
        bool all_scalar = true;
        for (int j = 0; j < step.arity; ++j) {
            operands[j] = step.registers[j] + 1;
            scalar[j] = access_.of(operands[j]) == Access::kScalar;
            all_scalar = all_scalar && scalar[j];
        }
        const Loop loop = step.cast != nullptr
                              ? step.cast
                              : step.loops->variants[variant_of(step, scalar, all_scalar)];
        const int64_t item_size = access_.item_size(0);
        loop_.for_each(begin, end, [&](char* const* at, int64_t n) {
            loop(at[operands[0]], at[operands[1]], at[operands[2]], at[0], all_scalar ? 1 : n);
            if (all_scalar && n > 1) {
                gather_of(item_size)(at[0] + item_size, at[0], 0, n - 1);
            }
        });
    }

    void run_one_run(Registers& registers, char* const* at, int64_t n) const {
        for (int64_t done = 0; done < n; done += access_.block()) {
            const int64_t m = std::min(access_.block(), n - done);
            for (int k = 0; k < n_in_; ++k) {
                const char* const from = at[k + 1] + done * loop_.inner_stride(k + 1);
                registers.data[k] = from;
                if (access_.of(k + 1) == Access::kGather) {
                    char* const slot = operand_slot(registers.buffer, k + 1);
                    access_.gather(k + 1, slot, from, m);
                    registers.data[k] = slot;
                }
            }
            char* const to = at[0] + done * loop_.inner_stride(0);
            if (access_.of(0) == Access::kGather) {
                char* const slot = operand_slot(registers.buffer, 0);
                execute(registers, slot, m);
                access_.scatter(to, slot, m);
            } else {
                execute(registers, to, m);
            }
        }
    }

    // One run of the operand, over and over, as far as a block goes.
    void load_tiles(Registers& registers, int64_t begin, int64_t end) const {
        const int64_t tile = std::min(access_.block(), end - begin);
        for (int k = 1; k <= n_in_; ++k) {
            if (access_.of(k) == Access::kTile) {
                const int64_t item_size = access_.item_size(k);
                char* const slot = operand_slot(registers.buffer, k);
                access_.gather(k, slot, loop_.data(k), access_.unit());
                for (int64_t done = access_.unit(); done < tile; done *= 2) {
                    const int64_t more = std::min(done, tile - done) * item_size;
                    std::memcpy(slot + done * item_size, slot, static_cast<size_t>(more));
                }
                registers.data[k - 1] = slot;
            }
        }
    }

    void run_block(Registers& registers, int64_t begin, int64_t n) const {
        bool any_gathered = false;
        for (int k = 1; k <= n_in_; ++k) {
            if (access_.of(k) == Access::kInPlace) {
                registers.data[k - 1] = loop_.data(k) + begin * access_.item_size(k);
            } else if (access_.of(k) == Access::kGather) {
                registers.data[k - 1] = operand_slot(registers.buffer, k);
                any_gathered = true;
            }
        }
        if (any_gathered) {
            gather_block(registers, begin, n);
        }
        if (access_.of(0) != Access::kGather) {
            execute(registers, loop_.data(0) + begin * access_.item_size(0), n);
            return;
        }
        char* const slot = operand_slot(registers.buffer, 0);
        execute(registers, slot, n);
        const char* from = slot;
        loop_.for_each(begin, begin + n, [&](char* const* at, int64_t m) {
            access_.scatter(at[0], from, m);
            from += m * access_.item_size(0);
        });
    }

    void gather_block(Registers& registers, int64_t begin, int64_t n) const {
        int64_t done = 0;
        loop_.for_each(begin, begin + n, [&](char* const* at, int64_t m) {
            for (int k = 1; k <= n_in_; ++k) {
                if (access_.of(k) == Access::kGather) {
                    access_.gather(k,
                                   operand_slot(registers.buffer, k) + done * access_.item_size(k),
                                   at[k],
                                   m);
                }
            }
            done += m;
        });
    }

    // All instructions for one block of n elements, the last one's result to out.
    void execute(Registers& registers, char* out, int64_t n) const {
        const int n_steps = static_cast<int>(program_.n_steps_);
        for (int i = 0; i < n_steps; ++i) {
            const Step& step = program_.steps_[i];
            const int result = n_in_ + i;
            char* const to = step.slot == ElementwiseProgram::kOutput
                                 ? out
                                 : program_slot(registers.buffer, step.slot);
            registers.scalar[result] =
                execute_step(step, registers, program_.types_[result], to, n);
            registers.data[result] = to;
        }
        if (registers.scalar[n_in_ + n_steps - 1] && n > 1) {
            const int64_t item_size = access_.item_size(0);
            gather_of(item_size)(out + item_size, out, 0, n - 1);
        }
    }

    static int variant_of(const Step& step, const bool* scalar, bool all_scalar) {
        if (step.arity < 2 || all_scalar) {
            return kArrays;
        }
        return (scalar[step.arity - 2] ? kFirstScalar : 0) |
               (scalar[step.arity - 1] ? kSecondScalar : 0);
    }

    // Returns whether the result is a single element, because all operands are.
    bool execute_step(
        const Step& step, Registers& registers, int to_type, char* to, int64_t n) const {
        const char* operands[3] = {};
        bool scalar[3] = {};
        bool all_scalar = true;
        for (int j = 0; j < step.arity; ++j) {
            operands[j] = registers.data[step.registers[j]];
            scalar[j] = registers.scalar[step.registers[j]];
            all_scalar = all_scalar && scalar[j];
        }
        if (all_scalar) {
            n = 1;
        }
        if (step.cast != nullptr) {
            step.cast(operands[0], nullptr, nullptr, to, n);
            return all_scalar;
        }
        const LoopTable& table = loop_table();
        if (step.via_float) {
            for (int j = 0; j < step.arity; ++j) {
                char* const slot = float_slot(registers.buffer, j);
                table.casts[step.type][CHX_TYPE_F32](
                    operands[j], nullptr, nullptr, slot, scalar[j] ? 1 : n);
                operands[j] = slot;
            }
        } else if (step.arity == 3 && scalar[0] && !all_scalar) {
            // Loops expect the condition of `where` as an array.
            char* const slot = float_slot(registers.buffer, 0);
            gather_run<uint8_t>(slot, operands[0], 0, n);
            operands[0] = slot;
        }
        const Loop loop = step.loops->variants[variant_of(step, scalar, all_scalar)];
        if (step.via_float && to_type == step.type) {
            char* const slot = float_slot(registers.buffer, kFloatSlots - 1);
            loop(operands[0], operands[1], operands[2], slot, n);
            table.casts[CHX_TYPE_F32][to_type](slot, nullptr, nullptr, to, n);
        } else {
            loop(operands[0], operands[1], operands[2], to, n);
        }
        return all_scalar;
    }

    const ElementwiseProgram& program_;
    const ElementwiseAccess& access_;
    const StridedLoop& loop_;
    int n_in_;
};

void ElementwiseProgram::run(const chx_tensor* const* inputs, const chx_tensor& output) const {
    if (output.numel == 0) {
        return;
    }
    int item_sizes[ElementwiseAccess::kMaxOperands];
    item_sizes[0] = kItemSizes[output_type()];
    for (uint32_t k = 0; k < n_in_; ++k) {
        item_sizes[k + 1] = kItemSizes[types_[k]];
    }
    // With three operands, because the condition of `where` may have to be spread over a block.
    const bool needs_blocks = n_steps_ > 1 || any_via_float_ || steps_[0].arity == 3;
    const ElementwiseAccess access(
        inputs, static_cast<int>(n_in_), output, item_sizes, block_extent(), needs_blocks);
    BlockRunner(*this, access).run();
}

}  // namespace native
