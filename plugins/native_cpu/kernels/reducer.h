// Sharing a reduction out among threads and choosing between rows and columns. How work is divided depends on shapes alone,
// so results do not depend on the number of threads.
#pragma once

#include "host.h"
#include "kernels/reduction_job.h"

namespace native {

// Fewer elements than this are not worth another thread.
inline constexpr int64_t kSliceElements = 64 * 1024;
inline constexpr int64_t kMaxSlices = 64;

template <class Acc>
class Reducer {
public:
    Reducer(const ReductionJob<Acc>& job, const ReductionLayout& layout)
        : job_(job),
          layout_(layout),
          n_kept_(layout.kept.numel()),
          n_reduced_(layout.reduced.numel()) {
        const Dimensions& kept = layout.kept;
        const Dimensions& reduced = layout.reduced;
        const int64_t column_stride = std::abs(kept.inner_stride());
        down_columns_ = kept.n > 0 && reduced.n > 0 && column_stride < reduced.inner_stride();
        constexpr int64_t kSize = sizeof(Acc);
        narrow_rows_ = down_columns_ && kept.n == 1 && reduced.n == 1 && job.direct() &&
                       kept.stride[0] == kSize && reduced.stride[0] == kept.extent[0] * kSize &&
                       kept.extent[0] <= kTile / 8;
    }

    void run(const chx_launch& launch, StoreBlock store, int64_t out_size, char* out) const {
        const int64_t n_slices = slices();
        if (n_slices > 1) {
            run_sliced(launch, n_slices, store, out);
            return;
        }
        const auto body = [&](int64_t begin, int64_t end, int32_t) {
            alignas(64) Acc results[kTile];
            for (int64_t at = begin; at < end; at += kTile) {
                const int64_t n = std::min(end - at, kTile);
                reduce_range(layout_, at, n, results);
                job_.finish(results, n);
                store(results, n, out + at * out_size);
            }
        };
        if (n_kept_ * n_reduced_ < kSliceElements) {
            body(0, n_kept_, 0);
        } else {
            const int64_t grain = std::max<int64_t>(1, kSliceElements / 2 / n_reduced_);
            parallel_for(n_kept_, down_columns_ ? std::max(grain, kTile) : grain, body);
        }
    }

    // All of it on this thread.
    void run_here(Acc* out) const {
        for (int64_t at = 0; at < n_kept_; at += kTile) {
            reduce_range(layout_, at, std::min(n_kept_ - at, kTile), out + at);
        }
    }

private:
    static constexpr int64_t kTile = ReductionJob<Acc>::kTile;

    // In how many parts the outermost reduced dimension is cut, because there are too few results
    // to share out.
    int64_t slices() const {
        if (layout_.reduced.n == 0 || n_kept_ >= (down_columns_ ? 8 * kTile : 64)) {
            return 1;
        }
        const int64_t wanted = std::min(kMaxSlices, n_kept_ * n_reduced_ / kSliceElements);
        return std::min(wanted, layout_.reduced.extent[0]);
    }

    void run_sliced(const chx_launch& launch, int64_t n_slices, StoreBlock store, char* out) const {
        auto* partial = static_cast<Acc*>(
            chx::scratch(launch, static_cast<uint64_t>(n_slices * n_kept_) * sizeof(Acc)));
        const int64_t extent = layout_.reduced.extent[0];
        parallel_for(n_slices, 1, [&](int64_t begin, int64_t end, int32_t) {
            for (int64_t slice = begin; slice < end; ++slice) {
                const int64_t first = extent * slice / n_slices;
                ReductionLayout part = layout_;
                part.reduced.extent[0] = extent * (slice + 1) / n_slices - first;
                part.data += first * part.reduced.stride[0];
                for (int64_t at = 0; at < n_kept_; at += kTile) {
                    const int64_t n = std::min(n_kept_ - at, kTile);
                    reduce_range(part, at, n, partial + slice * n_kept_ + at);
                }
            }
        });
        job_.accumulate(partial, partial + n_kept_, n_kept_, n_slices - 1, n_kept_);
        job_.finish(partial, n_kept_);
        store(partial, n_kept_, out);
    }

    // Results number at .. at + n - 1, n <= kTile.
    void reduce_range(const ReductionLayout& layout, int64_t at, int64_t n, Acc* results) const {
        if (down_columns_) {
            reduce_down(layout, at, n, results);
            return;
        }
        const Dimensions& reduced = layout.reduced;
        const bool contiguous =
            reduced.n == 1 && reduced.stride[0] == static_cast<int64_t>(sizeof(Acc));
        if (job_.direct() && contiguous && layout.kept.n == 1) {
            const char* first = layout.data + at * layout.kept.stride[0];
            job_.reduce_rows(first, layout.kept.stride[0], n, reduced.extent[0], results);
            return;
        }
        Odometer odometer(layout.kept, at);
        for (int64_t i = 0; i < n; ++i) {
            results[i] = job_.reduce_one(layout.data + odometer.offset(), layout.reduced);
            odometer.next();
        }
    }

    void reduce_down(const ReductionLayout& layout, int64_t at, int64_t n, Acc* results) const {
        const Dimensions& kept = layout.kept;
        if (narrow_rows_) {
            const auto* x = reinterpret_cast<const Acc*>(layout.data);
            job_.reduce_narrow_rows(x, layout.reduced.extent[0], n, results);
            return;
        }
        for (int64_t i = 0; i < n;) {
            const int64_t some =
                std::min(n - i, kept.inner_extent() - (at + i) % kept.inner_extent());
            const char* first = layout.data + kept.offset_of(at + i);
            job_.reduce_columns(first, kept.inner_stride(), some, layout.reduced, results + i);
            i += some;
        }
    }

    const ReductionJob<Acc>& job_;
    const ReductionLayout& layout_;
    int64_t n_kept_, n_reduced_;
    bool down_columns_, narrow_rows_;
};

}  // namespace native
