// How the block engine gets at the elements of its operands: in place, gathered, tiled, by run or
// by block.
#pragma once

#include <cstdint>
#include <deque>

#include <chx/chx_fused.h>

#include "host.h"
#include "strided.h"
#include "strided_copy.h"

namespace native {

// How the elements of an operand become a contiguous block.
enum class Access : uint8_t {
    kScalar,   // one element for all, or for a run
    kInPlace,  // used where they lie
    kGather,   // copied into the block buffer, as are an output's from it
    kTile,     // one run, the same for all: copied into the block buffer once, repeated
};

// In which pieces elements are visited.
enum class Visit : uint8_t {
    kRuns,    // runs along the innermost dimension, in blocks
    kWhole,   // the same, but no operand needs the block buffer: a run of any length is one piece
    kBlocks,  // blocks of many whole runs
};

// Operand 0 is the output; all are collapsed together.
class ElementwiseAccess {
public:
    static constexpr int kMaxOperands = 1 + CHX_PROGRAM_MAX_INPUTS;

    // item_sizes: of the output, then of the inputs. block: elements that fit a slot of the block
    // buffer. needs_blocks: the program has values to keep between instructions.
    ElementwiseAccess(const chx_tensor* const* inputs,
                      int n_in,
                      const chx_tensor& output,
                      const int* item_sizes,
                      int64_t block,
                      bool needs_blocks);

    const StridedLoop& loop() const { return loop_; }
    int n_in() const { return n_in_; }
    Visit visit() const { return visit_; }
    Access of(int operand) const { return access_[operand]; }
    int64_t item_size(int operand) const { return item_sizes_[operand]; }
    // Elements of a block, and of the pieces that a range must consist of.
    int64_t block() const { return block_; }
    int64_t unit() const { return unit_; }

    void gather(int operand, char* to, const char* from, int64_t n) const {
        gather_[operand](to, from, loop_.inner_stride(operand), n);
    }
    void scatter(char* to, const char* from, int64_t n) const {
        scatter_(to, loop_.inner_stride(0), from, n);
    }

private:
    Access access_by_run(int operand) const;
    Access access_by_block(int operand) const;
    void copy_operands_that_lie_across();
    void choose(bool needs_blocks);

    StridedLoop loop_;
    int n_in_;
    int64_t block_;
    int64_t unit_ = 1;
    Visit visit_ = Visit::kRuns;
    ScatterRun scatter_ = nullptr;
    Access access_[kMaxOperands];
    int item_sizes_[kMaxOperands];
    GatherRun gather_[kMaxOperands];
    std::deque<HostBuffer> copies_;
};

}  // namespace native
