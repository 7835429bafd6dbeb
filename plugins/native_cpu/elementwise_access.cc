// Chooses how the block engine gets at its operands, from their strides.
#include "elementwise_access.h"

#include <algorithm>
#include <cstdlib>

namespace native {
namespace {

// Runs shorter than this are put together in blocks, since a loop per run would cost more than
// copying: by whether runs need the block buffer anyway.
constexpr int64_t kLongRun = 64;
constexpr int64_t kLongWholeRun = 16;

// From so many elements on, an operand that lies across the output is copied first: gathering its
// columns one by one would fetch each cache line again and again.
constexpr int64_t kWorthACopy = 16384;
constexpr int64_t kCacheLine = 64;

bool lies_across(const StridedLoop& loop, int operand, int64_t item_size) {
    const int inner = loop.ndim() - 1;
    if (inner < 1 || loop.numel() < kWorthACopy ||
        std::abs(loop.stride(operand, inner)) < kCacheLine) {
        return false;
    }
    for (int d = 0; d < inner; ++d) {
        if (loop.stride(operand, d) == item_size) {
            return true;
        }
    }
    return false;
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

// Whether the operand does not move along the outer dimensions.
bool is_repeated_run(const StridedLoop& loop, int operand) {
    for (int d = 0; d + 1 < loop.ndim(); ++d) {
        if (loop.stride(operand, d) != 0) {
            return false;
        }
    }
    return true;
}

}  // namespace

ElementwiseAccess::ElementwiseAccess(const chx_tensor* const* inputs,
                                     int n_in,
                                     const chx_tensor& output,
                                     const int* item_sizes,
                                     int64_t block,
                                     bool needs_blocks)
    : loop_(output), n_in_(n_in), block_(block) {
    loop_.add(output);
    for (int k = 0; k < n_in; ++k) {
        loop_.add(*inputs[k]);
    }
    std::copy(item_sizes, item_sizes + 1 + n_in, item_sizes_);
    loop_.collapse();
    copy_operands_that_lie_across();
    choose(needs_blocks);
}

void ElementwiseAccess::copy_operands_that_lie_across() {
    for (int k = 1; k <= n_in_; ++k) {
        if (lies_across(loop_, k, item_sizes_[k])) {
            HostBuffer& copy =
                copies_.emplace_back(static_cast<uint64_t>(loop_.numel() * item_sizes_[k]));
            StridedLoop transpose = loop_.of_operands({k, k});
            transpose.replace(0, copy.as<char>(), item_sizes_[k]);
            copy_elements(transpose, item_sizes_[k]);
            loop_.replace(k, copy.as<char>(), item_sizes_[k]);
        }
    }
}

void ElementwiseAccess::choose(bool needs_blocks) {
    const int64_t run = loop_.inner_extent();
    bool gathers_runs = false;
    bool gathers_blocks = false;
    for (int operand = 0; operand <= n_in_; ++operand) {
        gathers_runs = gathers_runs || access_by_run(operand) == Access::kGather;
        gathers_blocks = gathers_blocks || access_by_block(operand) == Access::kGather;
    }
    needs_blocks = needs_blocks || gathers_runs;
    if (loop_.ndim() > 1 && 2 * run <= block_ &&
        (!gathers_blocks || run < (needs_blocks ? kLongRun : kLongWholeRun))) {
        visit_ = Visit::kBlocks;
        // Whole runs, so that repeated ones lie the same way in every block.
        unit_ = run;
        block_ = block_ / unit_ * unit_;
    } else if (!needs_blocks) {
        visit_ = Visit::kWhole;
    }
    for (int operand = 0; operand <= n_in_; ++operand) {
        access_[operand] =
            visit_ == Visit::kBlocks ? access_by_block(operand) : access_by_run(operand);
        if (access_[operand] == Access::kGather || access_[operand] == Access::kTile) {
            gather_[operand] = gather_of(item_sizes_[operand]);
        }
    }
    if (access_[0] == Access::kGather) {
        scatter_ = scatter_of(item_sizes_[0]);
    }
}

Access ElementwiseAccess::access_by_run(int operand) const {
    const int64_t stride = loop_.inner_stride(operand);
    if (operand > 0 && stride == 0 && loop_.inner_extent() > 1) {
        return Access::kScalar;
    }
    return stride == item_sizes_[operand] || loop_.inner_extent() <= 1 ? Access::kInPlace
                                                                       : Access::kGather;
}

Access ElementwiseAccess::access_by_block(int operand) const {
    if (is_dense(loop_, operand, item_sizes_[operand])) {
        return Access::kInPlace;
    }
    if (operand == 0 || !is_repeated_run(loop_, operand)) {
        return Access::kGather;
    }
    return loop_.inner_stride(operand) == 0 ? Access::kScalar : Access::kTile;
}

}  // namespace native
