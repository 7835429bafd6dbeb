// Runs element-wise programs block by block: operands are used where they lie if they are contiguous, else gathered.
#include "elementwise_engine.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "elementwise_ops.h"
#include "host.h"
#include "strided.h"
#include "strided_copy.h"

namespace native {
namespace {

// Runs shorter than this are put together in blocks, since a loop per run would cost more than copying.
constexpr int64_t kLongRun = 64;

// How the elements of an operand become a contiguous block.
enum class Access : uint8_t {
    kScalar,   // one element for all (or for a run)
    kInPlace,  // used where they lie
    kGather,   // copied into the block buffer, as are an output's from it
    kTile,     // one run, the same for all: copied into the block buffer once, repeated
};

bool is_constant(const StridedLoop& loop, int operand) {
    for (int d = 0; d < loop.ndim(); ++d) {
        if (loop.stride(operand, d) != 0) {
            return false;
        }
    }
    return true;
}

bool is_dense(const StridedLoop& loop, int operand, int64_t item_size) {
    for (int d = loop.ndim() - 1; d >= 0; --d) {
        if (loop.stride(operand, d) != item_size) {
            return false;
        }
        item_size *= loop.extent(d);
    }
    return true;
}

bool is_repeated_run(const StridedLoop& loop, int operand) {
    for (int d = 0; d + 1 < loop.ndim(); ++d) {
        if (loop.stride(operand, d) != 0) {
            return false;
        }
    }
    return true;
}

}  // namespace

// What all threads that run a program on given operands share. Operand 0 of the loop is the output.
class BlockRunner {
public:
    BlockRunner(const ElementwiseProgram& program, const chx_tensor* const* inputs, const chx_tensor& output)
        : program_(program), loop_(output), n_in_(static_cast<int>(program.n_in_)) {
        loop_.add(output);
        for (int k = 0; k < n_in_; ++k) {
            loop_.add(*inputs[k]);
        }
        loop_.collapse();
        by_run_ = loop_.ndim() <= 1 || loop_.inner_extent() >= kLongRun;
        block_ = program.block_extent();
        item_sizes_[0] = kItemSizes[program.output_type()];
        for (int k = 0; k < n_in_; ++k) {
            item_sizes_[k + 1] = kItemSizes[program.types_[k]];
        }
        bool needs_blocks = program.n_steps_ > 1 || program.any_via_float_;
        for (int operand = 0; operand <= n_in_; ++operand) {
            access_[operand] = by_run_ ? access_by_run(operand) : access_by_block(operand);
            if (access_[operand] == Access::kGather || access_[operand] == Access::kTile) {
                needs_blocks = true;
                gather_[operand] = gather_of(item_sizes_[operand]);
            }
        }
        for (uint32_t i = 0; i < program.n_steps_; ++i) {
            // The condition of `where` is spread over a block if it is a single element.
            needs_blocks = needs_blocks || program.steps_[i].arity == 3;
        }
        if (access_[0] == Access::kGather) {
            scatter_ = scatter_of(item_sizes_[0]);
        }
        if (!needs_blocks) {
            block_ = std::numeric_limits<int64_t>::max();
        } else if (!by_run_) {
            // Whole runs, so that repeated ones lie the same way in every block.
            unit_ = loop_.inner_extent();
            block_ = block_ / unit_ * unit_;
        }
    }

    void run() const {
        const int64_t units = loop_.numel() / unit_;
        const int64_t grain = parallel_grain(program_.cost_);
        if (loop_.numel() <= grain) {
            run_range(0, loop_.numel());
        } else {
            parallel_for(units, std::max<int64_t>(grain / unit_, 1), [this](int64_t begin, int64_t end, int32_t) {
                run_range(begin * unit_, end * unit_);
            });
        }
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

    Access access_by_run(int operand) const {
        const int64_t stride = loop_.inner_stride(operand);
        if (operand > 0 && stride == 0 && loop_.inner_extent() > 1) {
            return Access::kScalar;
        }
        return stride == item_sizes_[operand] || loop_.inner_extent() <= 1 ? Access::kInPlace : Access::kGather;
    }

    Access access_by_block(int operand) const {
        if (operand > 0 && is_constant(loop_, operand)) {
            return Access::kScalar;
        }
        if (is_dense(loop_, operand, item_sizes_[operand])) {
            return Access::kInPlace;
        }
        return operand > 0 && is_repeated_run(loop_, operand) ? Access::kTile : Access::kGather;
    }

    // The block buffer: a slot per operand, the program's slots, and room for 16-bit operands as floats.
    int n_slots() const { return 1 + n_in_ + program_.n_slots_ + kFloatSlots; }
    char* operand_slot(char* buffer, int operand) const { return buffer + operand * kBlockBytes; }
    char* program_slot(char* buffer, int slot) const { return buffer + (1 + n_in_ + slot) * kBlockBytes; }
    char* float_slot(char* buffer, int j) const { return program_slot(buffer, program_.n_slots_ + j); }

    void run_range(int64_t begin, int64_t end) const {
        alignas(64) char on_stack[kStackSlots * kBlockBytes];
        std::optional<HostBuffer> on_heap;
        Registers registers;
        registers.buffer = on_stack;
        if (n_slots() > kStackSlots) {
            registers.buffer = on_heap.emplace(static_cast<uint64_t>(n_slots() * kBlockBytes)).as<char>();
        }
        for (int k = 0; k < n_in_; ++k) {
            registers.scalar[k] = access_[k + 1] == Access::kScalar;
            registers.data[k] = loop_.data(k + 1);
        }
        if (by_run_) {
            loop_.for_each(begin, end, [&](char* const* at, int64_t n) { run_one_run(registers, at, n); });
        } else {
            load_tiles(registers, begin, end);
            for (int64_t at = begin; at < end; at += std::min(block_, end - at)) {
                run_block(registers, at, std::min(block_, end - at));
            }
        }
    }

    void run_one_run(Registers& registers, char* const* at, int64_t n) const {
        for (int64_t done = 0; done < n; done += std::min(block_, n - done)) {
            const int64_t m = std::min(block_, n - done);
            for (int k = 0; k < n_in_; ++k) {
                const int64_t stride = loop_.inner_stride(k + 1);
                const char* const from = at[k + 1] + done * stride;
                registers.data[k] = from;
                if (access_[k + 1] == Access::kGather) {
                    char* const slot = operand_slot(registers.buffer, k + 1);
                    gather_[k + 1](slot, from, stride, m);
                    registers.data[k] = slot;
                }
            }
            const int64_t stride = loop_.inner_stride(0);
            if (access_[0] == Access::kGather) {
                char* const slot = operand_slot(registers.buffer, 0);
                execute(registers, slot, m);
                scatter_(at[0] + done * stride, stride, slot, m);
            } else {
                execute(registers, at[0] + done * stride, m);
            }
        }
    }

    // One run of the operand, over and over, as far as a block goes.
    void load_tiles(Registers& registers, int64_t begin, int64_t end) const {
        const int64_t tile = std::min(block_, end - begin);
        for (int k = 0; k < n_in_; ++k) {
            if (access_[k + 1] == Access::kTile) {
                char* const slot = operand_slot(registers.buffer, k + 1);
                for (int64_t i = 0; i < tile; i += unit_) {
                    gather_[k + 1](slot + i * item_sizes_[k + 1], loop_.data(k + 1), loop_.inner_stride(k + 1), unit_);
                }
                registers.data[k] = slot;
            }
        }
    }

    void run_block(Registers& registers, int64_t begin, int64_t n) const {
        bool any_gathered = false;
        for (int k = 0; k < n_in_; ++k) {
            if (access_[k + 1] == Access::kInPlace) {
                registers.data[k] = loop_.data(k + 1) + begin * item_sizes_[k + 1];
            } else if (access_[k + 1] == Access::kGather) {
                registers.data[k] = operand_slot(registers.buffer, k + 1);
                any_gathered = true;
            }
        }
        if (any_gathered) {
            int64_t done = 0;
            loop_.for_each(begin, begin + n, [&](char* const* at, int64_t m) {
                for (int k = 1; k <= n_in_; ++k) {
                    if (access_[k] == Access::kGather) {
                        char* const slot = operand_slot(registers.buffer, k) + done * item_sizes_[k];
                        gather_[k](slot, at[k], loop_.inner_stride(k), m);
                    }
                }
                done += m;
            });
        }
        if (access_[0] != Access::kGather) {
            execute(registers, loop_.data(0) + begin * item_sizes_[0], n);
            return;
        }
        const char* from = operand_slot(registers.buffer, 0);
        execute(registers, operand_slot(registers.buffer, 0), n);
        loop_.for_each(begin, begin + n, [&](char* const* at, int64_t m) {
            scatter_(at[0], loop_.inner_stride(0), from, m);
            from += m * item_sizes_[0];
        });
    }

    // All instructions for one block of n elements, the last one's result to out.
    void execute(Registers& registers, char* out, int64_t n) const {
        const int n_steps = static_cast<int>(program_.n_steps_);
        for (int i = 0; i < n_steps; ++i) {
            const Step& step = program_.steps_[i];
            const int result = n_in_ + i;
            char* const to = step.slot == ElementwiseProgram::kOutput ? out : program_slot(registers.buffer, step.slot);
            registers.scalar[result] = execute_step(step, registers, program_.types_[result], to, n);
            registers.data[result] = to;
        }
        const int last = n_in_ + n_steps - 1;
        if (registers.scalar[last] && n > 1) {
            const int64_t item_size = item_sizes_[0];
            gather_of(item_size)(out + item_size, out, 0, n - 1);
        }
    }

    // Returns whether the result is a single element, because all operands are.
    bool execute_step(const Step& step, Registers& registers, int to_type, char* to, int64_t n) const {
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
                table.casts[step.type][CHX_TYPE_F32](operands[j], nullptr, nullptr, slot, scalar[j] ? 1 : n);
                operands[j] = slot;
            }
        }
        int variant = kArrays;
        if (step.arity == 3 && scalar[0] && !all_scalar) {
            char* const slot = float_slot(registers.buffer, 0);
            gather_run<uint8_t>(slot, operands[0], 0, n);
            operands[0] = slot;
        }
        if (step.arity > 1 && !all_scalar) {
            variant = (scalar[step.arity - 2] ? kFirstScalar : 0) | (scalar[step.arity - 1] ? kSecondScalar : 0);
        }
        const Loop loop = step.loops->variants[variant];
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
    StridedLoop loop_;
    int n_in_;
    bool by_run_;
    int64_t block_;
    int64_t unit_ = 1;
    Access access_[StridedLoop::kMaxOperands];
    int64_t item_sizes_[StridedLoop::kMaxOperands];
    GatherRun gather_[StridedLoop::kMaxOperands];
    ScatterRun scatter_ = nullptr;
};

void ElementwiseProgram::run(const chx_tensor* const* inputs, const chx_tensor& output) const {
    if (output.numel > 0) {
        BlockRunner(*this, inputs, output).run();
    }
}

}  // namespace native
