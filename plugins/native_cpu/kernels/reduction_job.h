// How one reduction is carried out for an accumulator type: along rows, or down columns, over any
// strides.
#pragma once

#include <algorithm>
#include <limits>

#include "kernels/element_block.h"
#include "kernels/reduction_layout.h"
#include "kernels/vector/reduce.h"
#include "scalar_types.h"

namespace native {

// Combines partial results pairwise in the order they come, as a binary counter carries.
template <class Acc, class Combine>
class PairwiseStack {
public:
    explicit PairwiseStack(Combine combine) : combine_(combine) {}
    void push(Acc value) {
        for (uint64_t carry = count_++; carry & 1; carry >>= 1) {
            value = combine_(stack_[--top_], value);
        }
        stack_[top_++] = value;
    }
    // At least one value has been pushed.
    Acc result() const {
        Acc value = stack_[top_ - 1];
        for (int i = top_ - 2; i >= 0; --i) {
            value = combine_(stack_[i], value);
        }
        return value;
    }

private:
    Combine combine_;
    uint64_t count_ = 0;
    int top_ = 0;
    Acc stack_[64];
};

template <class Acc>
class ReductionJob {
public:
    // Columns that are reduced together; also the elements that are converted at a time.
    static constexpr int64_t kTile = 512;

    // direct: elements are of type Acc already.
    ReductionJob(Reduction op, LoadBlock load, bool direct)
        : row_(reduce_kernels<Acc>().row[static_cast<int>(op)]),
          rows_(reduce_kernels<Acc>().rows[static_cast<int>(op)]),
          columns_(reduce_kernels<Acc>().columns[static_cast<int>(op)]),
          op_(op),
          load_(load),
          direct_(direct) {}

    Acc identity() const {
        using Limits = std::numeric_limits<Acc>;
        if (op_ == Reduction::kSum || op_ == Reduction::kProd) {
            return Acc(op_ == Reduction::kProd);
        }
        if constexpr (is_complex_v<Acc>) {
            return Acc();
        } else if (op_ == Reduction::kMax) {
            return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
        } else {
            return Limits::has_infinity ? Limits::infinity() : Limits::max();
        }
    }

    Acc combine(Acc a, Acc b) const {
        columns_(&a, &b, 1, 1, 1);
        return a;
    }

    // The reduction of all elements of `reduced` at `at`, none of whose extents is 0.
    Acc reduce_one(const char* at, const Dimensions& reduced) const {
        const int64_t n = reduced.inner_extent();
        if (reduced.n <= 1) {
            return reduce_run(at, n, reduced.inner_stride());
        }
        const Dimensions outer = reduced.outer();
        PairwiseStack<Acc, Combiner> results(Combiner{this});
        Odometer odometer(outer);
        do {
            results.push(reduce_run(at + odometer.offset(), n, reduced.inner_stride()));
        } while (odometer.next());
        return results.result();
    }

    // n <= kTile reductions at once, whose elements start column_stride bytes apart, to out[0 .. n
    // - 1].
    void reduce_columns(const char* at,
                        int64_t column_stride,
                        int64_t n,
                        const Dimensions& reduced,
                        Acc* out) const {
        ColumnSums sums(*this, n, out);
        const Dimensions outer = reduced.outer();
        Odometer odometer(outer);
        const int64_t rows = reduced.inner_extent();
        const int64_t stride = reduced.inner_stride();
        do {
            const char* row = at + odometer.offset();
            if (direct_ && column_stride == kSize) {
                sums.add(reinterpret_cast<const Acc*>(row), stride / kSize, rows);
                continue;
            }
            alignas(64) Acc block[kTile];
            for (int64_t r = 0; r < rows; ++r) {
                load_(row + r * stride, column_stride, n, block);
                sums.add(block, n, 1);
            }
        } while (odometer.next());
        sums.finish();
    }

    // The same for n <= kTile / 2 contiguous columns of contiguous rows: several rows count as one
    // wide row.
    void reduce_narrow_rows(const Acc* x, int64_t rows, int64_t n, Acc* out) const {
        int64_t fold = 1;
        while (2 * fold * n <= kTile && 8 * fold <= rows) {
            fold *= 2;
        }
        alignas(64) Acc wide[kTile];
        ColumnSums sums(*this, fold * n, wide);
        sums.add(x, fold * n, rows / fold);
        sums.finish();
        columns_(wide, x + rows / fold * fold * n, n, rows % fold, n);
        for (int64_t half = fold / 2; half > 0; half /= 2) {
            columns_(wide, wide + half * n, n, 1, half * n);
        }
        std::copy(wide, wide + n, out);
    }

    // Reductions of n_rows contiguous rows of n elements, `stride` bytes from one to the next.
    void reduce_rows(const char* at, int64_t stride, int64_t n_rows, int64_t n, Acc* out) const {
        rows_(reinterpret_cast<const Acc*>(at), stride / kSize, n_rows, n, out);
    }

    bool direct() const { return direct_; }

    // Makes means of sums, if that is what they are to be.
    void divide_by(int64_t count) { count_ = count; }
    void finish(Acc* results, int64_t n) const {
        if (count_ < 0) {
            return;
        }
        for (int64_t i = 0; i < n; ++i) {
            results[i] /= static_cast<real_t<Acc>>(count_);
        }
    }

    // acc[j] = op(acc[j], x[r * stride + j])
    void accumulate(Acc* acc, const Acc* x, int64_t stride, int64_t rows, int64_t n) const {
        columns_(acc, x, stride, rows, n);
    }

private:
    static constexpr int64_t kSize = sizeof(Acc);

    struct Combiner {
        const ReductionJob* job;
        Acc operator()(Acc a, Acc b) const { return job->combine(a, b); }
    };

    // Rows are added in blocks and those in blocks again, so that rounding errors grow slowly.
    class ColumnSums {
    public:
        ColumnSums(const ReductionJob& job, int64_t n, Acc* out) : job_(job), n_(n), out_(out) {
            clear(out_);
        }
        void add(const Acc* x, int64_t stride, int64_t rows) {
            while (rows > 0) {
                const int64_t some = std::min(rows, kRows - rows_);
                job_.columns_(out_, x, stride, some, n_);
                x += some * stride;
                rows -= some;
                rows_ += some;
                if (rows_ == kRows) {
                    carry();
                }
            }
        }
        void finish() {
            for (int level = 0; level < levels_; ++level) {
                job_.columns_(out_, level_[level], n_, 1, n_);
            }
        }

    private:
        static constexpr int64_t kRows = 64;
        static constexpr int kLevels = 2;

        void carry() {
            Acc* from = out_;
            rows_ = 0;
            for (int level = 0; level < kLevels; ++level) {
                if (level == levels_) {
                    clear(level_[level]);
                    filled_[level] = 0;
                    ++levels_;
                }
                job_.columns_(level_[level], from, n_, 1, n_);
                clear(from);
                if (++filled_[level] < kRows || level + 1 == kLevels) {
                    return;
                }
                filled_[level] = 0;
                from = level_[level];
            }
        }
        void clear(Acc* acc) const { std::fill(acc, acc + n_, job_.identity()); }

        const ReductionJob& job_;
        int64_t n_;
        Acc* out_;
        int64_t rows_ = 0;
        int levels_ = 0;
        int64_t filled_[kLevels];
        alignas(64) Acc level_[kLevels][kTile];
    };

    Acc reduce_run(const char* at, int64_t n, int64_t stride) const {
        if (direct_ && (stride == kSize || n == 1)) {
            return row_(reinterpret_cast<const Acc*>(at), n);
        }
        alignas(64) Acc block[kTile];
        if (n <= kTile) {
            load_(at, stride, n, block);
            return row_(block, n);
        }
        PairwiseStack<Acc, Combiner> results(Combiner{this});
        for (int64_t i = 0; i < n; i += kTile) {
            const int64_t some = std::min(n - i, kTile);
            load_(at + i * stride, stride, some, block);
            results.push(row_(block, some));
        }
        return results.result();
    }

    Acc (*row_)(const Acc*, int64_t);
    void (*rows_)(const Acc*, int64_t, int64_t, int64_t, Acc*);
    void (*columns_)(Acc*, const Acc*, int64_t, int64_t, int64_t);
    Reduction op_;
    LoadBlock load_;
    bool direct_;
    int64_t count_ = -1;
};

}  // namespace native
