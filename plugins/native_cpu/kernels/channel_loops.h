// How batch normalization walks a contiguous array: channel by channel, or row by row of adjacent
// channels.
#pragma once

#include <algorithm>
#include <vector>

#include "host.h"
#include "kernels/reduction_layout.h"

namespace native {

// The axes that are normalized over go, the channels stay.
class ChannelLayout {
public:
    ChannelLayout(const chx_tensor& x, const int64_t* axes, int64_t n_axes)
        : layout_(reduction_layout(x, axes, n_axes)), item_size_(chx::item_size(x.dtype)) {
        const Dimensions& kept = layout_.kept;
        const Dimensions& reduced = layout_.reduced;
        n_channels_ = kept.numel();
        n_ = reduced.numel();
        const bool adjacent = kept.n == 1 && kept.stride[0] == item_size_ && reduced.n == 1;
        rows_of_channels_ =
            adjacent || (kept.n == 1 && kept.stride[0] == item_size_ && reduced.n == 0);
    }
    int64_t n_channels() const { return n_channels_; }
    // Elements per channel.
    int64_t n() const { return n_; }
    // Whether x is (n, channels).
    bool rows_of_channels() const { return rows_of_channels_; }

    // Calls f(first, n, stride) for every run of elements of a channel; positions and strides in
    // elements.
    template <class F>
    void for_runs(int64_t channel, F&& f) const {
        const int64_t base = layout_.kept.offset_of(channel) / item_size_;
        const Dimensions outer = layout_.reduced.outer();
        const int64_t n = layout_.reduced.inner_extent();
        const int64_t stride =
            layout_.reduced.n > 0 ? layout_.reduced.inner_stride() / item_size_ : 1;
        Odometer odometer(outer);
        do {
            f(base + odometer.offset() / item_size_, n, stride);
        } while (odometer.next());
    }

    // f(channel) for all channels on the host's threads.
    template <class F>
    void for_channels(F&& f) const {
        constexpr int64_t kGrainElements = 16 * 1024;
        const auto body = [&](int64_t begin, int64_t end, int32_t) {
            for (int64_t channel = begin; channel < end; ++channel) {
                f(channel);
            }
        };
        if (n_channels_ * n_ < 2 * kGrainElements) {
            body(0, n_channels_, 0);
        } else {
            parallel_for(n_channels_, std::max<int64_t>(1, kGrainElements / n_), body);
        }
    }

    // f(row) for all rows of channels on the host's threads.
    template <class F>
    void for_rows(F&& f) const {
        constexpr int64_t kGrainElements = 16 * 1024;
        const auto body = [&](int64_t begin, int64_t end, int32_t) {
            for (int64_t row = begin; row < end; ++row) {
                f(row);
            }
        };
        if (n_channels_ * n_ < 2 * kGrainElements) {
            body(0, n_, 0);
        } else {
            parallel_for(n_, std::max<int64_t>(1, kGrainElements / n_channels_), body);
        }
    }

    // sums[c] = the sum over rows of what add(row, first channel, channels, acc) adds to acc. Sums
    // of a few rows are in T, those of all rows in double, in an order that depends on the shape
    // only.
    template <class T, class F>
    void sum_rows(double* sums, F&& add) const {
        constexpr int64_t kSliceElements = 32 * 1024, kMaxSlices = 32, kTile = 512, kRows = 32;
        const int64_t wanted = std::min(kMaxSlices, n_ * n_channels_ / kSliceElements);
        const int64_t n_slices = std::clamp<int64_t>(wanted, 1, std::max<int64_t>(n_, 1));
        std::vector<double> partial(static_cast<size_t>(n_slices * n_channels_));
        const auto body = [&](int64_t begin, int64_t end, int32_t) {
            for (int64_t slice = begin; slice < end; ++slice) {
                const int64_t first_row = n_ * slice / n_slices,
                              last_row = n_ * (slice + 1) / n_slices;
                for (int64_t c = 0; c < n_channels_; c += kTile) {
                    const int64_t channels = std::min(kTile, n_channels_ - c);
                    double* total = partial.data() + slice * n_channels_ + c;
                    for (int64_t row = first_row; row < last_row; row += kRows) {
                        T acc[kTile] = {};
                        for (int64_t r = row; r < std::min(row + kRows, last_row); ++r) {
                            add(r, c, channels, acc);
                        }
                        for (int64_t j = 0; j < channels; ++j) {
                            total[j] += acc[j];
                        }
                    }
                }
            }
        };
        if (n_slices == 1) {
            body(0, 1, 0);
        } else {
            parallel_for(n_slices, 1, body);
        }
        std::fill(sums, sums + n_channels_, 0.0);
        for (int64_t slice = 0; slice < n_slices; ++slice) {
            for (int64_t c = 0; c < n_channels_; ++c) {
                sums[c] += partial[static_cast<size_t>(slice * n_channels_ + c)];
            }
        }
    }

private:
    ReductionLayout layout_;
    int64_t item_size_, n_channels_, n_;
    bool rows_of_channels_;
};

}  // namespace native
