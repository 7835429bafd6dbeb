// Runs are found once for a tile and then copied for every channel.
#include "kernels/tap_runs.h"

#include <algorithm>

namespace native {

TapRuns::TapRuns(const ConvolutionShape& shape,
                 const ConvolutionTile& tile,
                 int64_t image_step,
                 int64_t width,
                 int64_t panel_step)
    : shape_(shape), width_(width), panel_step_(panel_step) {
    const int64_t size = tile.size();
    first_run_.push_back(0);
    for (int64_t row = 0; row < shape.kernel_rows; ++row) {
        for (int64_t column = 0; column < shape.kernel_columns; ++column) {
            add_tap(tile, row, column, image_step);
            add(kZeros, size, (size + width - 1) / width * width - size);
            first_run_.push_back(runs_.size());
        }
    }
}

void TapRuns::add_tap(const ConvolutionTile& tile,
                      int64_t row,
                      int64_t column,
                      int64_t image_step) {
    const PositionBlock& block = tile.block;
    const int64_t columns = block.last_column - block.first_column;
    const auto valid = shape_.valid_columns(column, block.first_column, block.last_column);
    const int64_t left = valid.begin - block.first_column, n = valid.end - valid.begin;
    const int64_t first_input = valid.begin * shape_.stride - shape_.pad + column * shape_.dilation;
    const int64_t* input_row = shape_.input_row.data() + row * shape_.output_rows;
    int64_t position = 0;
    for (int64_t i = 0; i < tile.n_images; ++i) {
        for (int64_t r = block.first_row; r < block.last_row; ++r, position += columns) {
            if (input_row[r] < 0) {
                add(kZeros, position, columns);
                continue;
            }
            add(kZeros, position, left);
            add(i * image_step + input_row[r] + first_input, position + left, n);
            add(kZeros, position + left + n, columns - left - n);
        }
    }
}

// Cut where panels end, and joined with the run before if it goes on there.
void TapRuns::add(int64_t from, int64_t position, int64_t n) {
    while (n > 0) {
        const int64_t column = position % width_;
        const int64_t some = std::min(n, width_ - column);
        const int64_t to = position / width_ * panel_step_ + column;
        CopiedRun* const before = runs_.size() > first_run_.back() ? &runs_.back() : nullptr;
        const bool goes_on =
            before != nullptr && column != 0 && before->to + before->n == to &&
            (from == kZeros
                 ? before->from == kZeros
                 : before->from != kZeros && before->from + before->n * shape_.stride == from);
        if (goes_on) {
            before->n += some;
        } else {
            runs_.push_back({from, to, some});
        }
        from += from == kZeros ? 0 : some * shape_.stride;
        position += some;
        n -= some;
    }
}

template <class T>
void TapRuns::copy(const T* x, int64_t first, int64_t last, T* to) const {
    if (first == last) {
        return;
    }
    const RunCopies<T> copy_runs = run_copies<T>();
    int64_t channel = first / shape_.kernel_size, tap = first % shape_.kernel_size;
    for (int64_t row = first; row < last; ++row, to += width_) {
        const size_t run = first_run_[static_cast<size_t>(tap)];
        const size_t n_runs = first_run_[static_cast<size_t>(tap) + 1] - run;
        copy_runs(runs_.data() + run, n_runs, x + channel * shape_.input_size, shape_.stride, to);
        if (++tap == shape_.kernel_size) {
            tap = 0;
            ++channel;
        }
    }
}

template void TapRuns::copy(const float*, int64_t, int64_t, float*) const;
template void TapRuns::copy(const double*, int64_t, int64_t, double*) const;

}  // namespace native
