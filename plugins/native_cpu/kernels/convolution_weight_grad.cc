// The gradient of a convolution's weights: products of y's gradient and of what the kernel's taps
// see, over the positions. Tiles depend on shapes alone, so that results do not depend on the
// number of threads.
#include <algorithm>
#include <cstring>

#include "kernels/convolution_pass.h"
#include "kernels/tap_runs.h"
#include "kernels/vector/product_tile.h"

namespace native {
namespace {

// Positions in one product: what is copied of them fits the first-level cache.
constexpr int64_t kPositions = 256;

// Adds the products of one tile after the other. One of two matrices is transposed to be packed, what the
// taps see or y's gradient, where that and transposing the result take less.
template <class T>
class WeightGradient {
public:
    WeightGradient(const ConvolutionShape& s, const ConvolutionArrays<T>& arrays)
        : s_(s),
          pass_(s, arrays),
          tile_(product_tile<T>()),
          transposed_(s.filters * (s.n * s.output_size + s.depth()) <
                      s.depth() * s.n * s.output_size),
          rows_(tile_.panel_rows(transposed_ ? s.depth() : s.filters)) {}

    // Whether results are (depth, filters), not (filters, depth).
    bool transposed() const { return transposed_; }
    // The taps of a result are shared out among tasks in so many at a time.
    int64_t tap_step() const { return transposed_ ? rows_ : tile_.columns; }

    // Elements of the buffer for tiles of so many positions.
    int64_t buffer_size(int64_t positions) const {
        const int64_t columns = transposed_ ? s_.filters + tile_.columns : tile_.columns;
        const int64_t rows = transposed_ ? rows_ : s_.filters + tile_.columns;
        return (s_.filters + columns + rows) * padded(positions);
    }

    // For the taps first .. last - 1 of all filters.
    void add(const ConvolutionTile& tile,
             int64_t group,
             int64_t first,
             int64_t last,
             T* buffer,
             T* to,
             bool accumulate) const {
        const int64_t size = tile.size();
        const MatrixView<const T> y = pass_.gather_y(tile, group, buffer);
        T* const packed_y = buffer + s_.filters * size;
        const TapRuns runs(s_, tile, s_.groups * s_.channels * s_.input_size, padded(size), 0);
        const T* const x = pass_.x_planes(tile.first_image, group);
        if (transposed_) {
            add_transposed(size, y, runs, x, first, last, packed_y, to, accumulate);
        } else {
            add_plain(size, y, runs, x, first, last, packed_y, to, accumulate);
        }
    }

private:
    // Rows of positions are kept apart in the cache.
    static int64_t padded(int64_t positions) { return positions + 16; }

    void add_plain(int64_t size,
                   MatrixView<const T> y,
                   const TapRuns& runs,
                   const T* x,
                   int64_t first,
                   int64_t last,
                   T* left,
                   T* to,
                   bool accumulate) const {
        const int64_t row = padded(size);
        for (int64_t i = 0; i < s_.filters; ++i) {
            std::memcpy(
                left + i * row, y.data + i * y.row_stride, static_cast<size_t>(size) * sizeof(T));
        }
        T* const seen = left + s_.filters * row;
        T* const right = seen + tile_.columns * row;
        for (int64_t j = first; j < last; j += tile_.columns) {
            const int64_t n = std::min(tile_.columns, last - j);
            runs.copy(x, j, j + n, seen);
            tile_.pack_rows(seen, row, n, size, right, tile_.columns, tile_.columns);
            for (int64_t i = 0; i < s_.filters; i += rows_) {
                tile_.multiply(size,
                               {left + i * row, row},
                               right,
                               to + i * s_.depth() + j,
                               s_.depth(),
                               std::min(rows_, s_.filters - i),
                               n,
                               accumulate);
            }
        }
    }

    void add_transposed(int64_t size,
                        MatrixView<const T> y,
                        const TapRuns& runs,
                        const T* x,
                        int64_t first,
                        int64_t last,
                        T* right,
                        T* to,
                        bool accumulate) const {
        const int64_t row = padded(size), columns = tile_.columns;
        for (int64_t j = 0; j < s_.filters; j += columns) {
            tile_.pack_rows(y.data + j * y.row_stride,
                            y.row_stride,
                            std::min(columns, s_.filters - j),
                            size,
                            right + j * size,
                            columns,
                            columns);
        }
        T* const seen = right + (s_.filters + columns) * size;
        for (int64_t i = first; i < last; i += rows_) {
            const int64_t n = std::min(rows_, last - i);
            runs.copy(x, i, i + n, seen);
            for (int64_t j = 0; j < s_.filters; j += columns) {
                tile_.multiply(size,
                               {seen, row},
                               right + j * size,
                               to + i * s_.filters + j,
                               s_.filters,
                               n,
                               std::min(columns, s_.filters - j),
                               accumulate);
            }
        }
    }

    const ConvolutionShape& s_;
    const ConvolutionPass<T> pass_;
    const ProductTile<T>& tile_;
    const bool transposed_;
    const int64_t rows_;
};

// w, which may be the first one, = the sum of n_parts results that are `size` elements apart.
template <class T>
void add_up(T* results, int64_t n_parts, int64_t size, T* w) {
    constexpr int64_t kGrain = 16 * 1024;
    parallel_for(size, kGrain, [&](int64_t begin, int64_t end, int32_t) {
        if (w != results) {
            std::copy(results + begin, results + end, w + begin);
        }
        for (int64_t part = 1; part < n_parts; ++part) {
            const T* more = results + part * size;
            for (int64_t i = begin; i < end; ++i) {
                w[i] += more[i];
            }
        }
    });
}

// w (filters, depth) = the transposed result (depth, filters), for all groups.
template <class T>
void transpose(const ConvolutionShape& s, const T* result, T* w) {
    constexpr int64_t kRows = 64;
    const int64_t n_blocks = (s.depth() + kRows - 1) / kRows;
    for_tasks(n_blocks * s.groups, kRows * s.filters, [&](int64_t task, int32_t) {
        const int64_t group = task / n_blocks, first = task % n_blocks * kRows;
        const int64_t n = std::min(kRows, s.depth() - first);
        const int64_t from = group * s.filters * s.depth();
        product_tile<T>().pack_rows(result + from + first * s.filters,
                                    s.filters,
                                    n,
                                    s.filters,
                                    w + from + first,
                                    s.depth(),
                                    n);
    });
}

}  // namespace

template <class T>
void convolve_weight_grad(const chx_launch& launch,
                          const ConvolutionShape& s,
                          const ConvolutionArrays<T>& arrays) {
    const WeightGradient<T> gradient(s, arrays);
    const std::vector<ConvolutionTile> tiles = convolution_tiles(s, kPositions, false);
    const int64_t positions = largest(tiles), n_tiles = static_cast<int64_t>(tiles.size());
    const int64_t step = gradient.tap_step();
    const int64_t n_steps = (s.depth() + step - 1) / step;
    // With few taps to share out, sums over a part of the tiles each, added up in the end.
    constexpr int64_t kTasks = 16, kMaxParts = 4;
    const int64_t size = s.groups * s.filters * s.depth();
    const int64_t n_parts =
        std::clamp<int64_t>(kTasks / (n_steps * s.groups), 1, std::min(kMaxParts, n_tiles));
    T* partial = arrays.w;
    if (n_parts > 1 || gradient.transposed()) {
        partial = static_cast<T*>(
            chx::scratch(launch, static_cast<uint64_t>(n_parts * size) * sizeof(T)));
    }
    const int64_t needed = gradient.buffer_size(positions);
    T* scratch = worker_scratch<T>(launch, needed);
    // Taps are shared out as well where there are too few parts for the workers.
    const int64_t n_ranges = std::clamp<int64_t>(
        (host().max_workers() + n_parts * s.groups - 1) / (n_parts * s.groups), 1, n_steps);
    const int64_t work =
        (n_tiles + n_parts - 1) / n_parts * positions * s.depth() * s.filters / n_ranges;
    for_tasks(n_parts * s.groups * n_ranges, work, [&](int64_t task, int32_t worker) {
        const int64_t part = task / (s.groups * n_ranges), group = task / n_ranges % s.groups;
        const int64_t range = task % n_ranges;
        const int64_t from = n_steps * range / n_ranges * step;
        const int64_t end = std::min(n_steps * (range + 1) / n_ranges * step, s.depth());
        T* buffer = scratch + worker * needed;
        T* to = partial + part * size + group * s.filters * s.depth();
        const int64_t first = n_tiles * part / n_parts, last = n_tiles * (part + 1) / n_parts;
        for (int64_t t = first; t < last; ++t) {
            gradient.add(tiles[static_cast<size_t>(t)], group, from, end, buffer, to, t > first);
        }
    });
    if (n_parts > 1) {
        add_up(partial, n_parts, size, gradient.transposed() ? partial : arrays.w);
    }
    if (gradient.transposed()) {
        transpose(s, partial, arrays.w);
    }
}

template void convolve_weight_grad(const chx_launch&,
                                   const ConvolutionShape&,
                                   const ConvolutionArrays<float>&);
template void convolve_weight_grad(const chx_launch&,
                                   const ConvolutionShape&,
                                   const ConvolutionArrays<double>&);

}  // namespace native
