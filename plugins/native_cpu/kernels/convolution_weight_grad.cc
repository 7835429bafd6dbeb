// The gradient of a convolution's weights: products of y's gradient and of what the kernel's taps
// see, over the positions. Tiles depend on shapes alone, so that results do not depend on the
// number of threads.
#include <algorithm>

#include "kernels/convolution_pass.h"
#include "kernels/tap_runs.h"
#include "kernels/vector/product_tile.h"

namespace native {
namespace {

// Positions in one product: what is copied of them fits the first-level cache.
constexpr int64_t kPositions = 256;

// Adds the products of one tile after the other.
template <class T>
class WeightGradient {
public:
    WeightGradient(const ConvolutionShape& s, const ConvolutionArrays<T>& arrays)
        : s_(s), pass_(s, arrays), tile_(product_tile<T>()), rows_(tile_.panel_rows(s.filters)) {}

    // Elements of the buffer for tiles of so many positions.
    int64_t buffer_size(int64_t positions) const {
        return s_.filters * left_row(positions) + (2 * tile_.columns + s_.filters) * positions;
    }

    // Of the columns first .. last - 1 of the weights, which are multiples of `columns` but the end.
    void add(const ConvolutionTile& tile,
             int64_t group,
             int64_t first,
             int64_t last,
             T* buffer,
             T* to,
             bool accumulate) const {
        const int64_t size = tile.size(), depth = s_.depth();
        T* const left = buffer;
        T* const seen = left + s_.filters * left_row(size);
        T* const right = seen + tile_.columns * size;
        const MatrixView<const T> y = pass_.gather_y(tile, group, right + tile_.columns * size);
        for (int64_t i = 0; i < s_.filters; ++i) {
            std::memcpy(left + i * left_row(size),
                        y.data + i * y.row_stride,
                        static_cast<size_t>(size) * sizeof(T));
        }
        const TapRuns runs(s_, tile, s_.groups * s_.channels * s_.input_size, size, 0);
        const T* const x = pass_.x_planes(tile.first_image, group);
        for (int64_t j = first; j < last; j += tile_.columns) {
            const int64_t n = std::min(tile_.columns, last - j);
            runs.copy(x, j, j + n, seen);
            tile_.pack_rows(seen, size, n, size, right, tile_.columns, tile_.columns);
            for (int64_t i = 0; i < s_.filters; i += rows_) {
                tile_.multiply(size,
                               {left + i * left_row(size), left_row(size)},
                               right,
                               to + i * depth + j,
                               depth,
                               std::min(rows_, s_.filters - i),
                               n,
                               accumulate);
            }
        }
    }

private:
    // Rows of y are kept apart in the cache.
    static int64_t left_row(int64_t positions) { return positions + 16; }

    const ConvolutionShape& s_;
    const ConvolutionPass<T> pass_;
    const ProductTile<T>& tile_;
    int64_t rows_;
};

}  // namespace

template <class T>
void convolve_weight_grad(const chx_launch& launch,
                          const ConvolutionShape& s,
                          const ConvolutionArrays<T>& arrays) {
    const WeightGradient<T> gradient(s, arrays);
    const std::vector<ConvolutionTile> tiles = convolution_tiles(s, kPositions, false);
    const int64_t positions = largest(tiles), n_tiles = static_cast<int64_t>(tiles.size());
    // Sums over a part of the tiles each, added up in the end.
    constexpr int64_t kMaxParts = 4, kMaxPartialElements = 4 << 20;
    const int64_t size = s.groups * s.filters * s.depth();
    const int64_t n_parts =
        std::clamp<int64_t>(kMaxPartialElements / size, 1, std::min(kMaxParts, n_tiles));
    T* partial = arrays.w;
    if (n_parts > 1) {
        partial = static_cast<T*>(
            chx::scratch(launch, static_cast<uint64_t>(n_parts * size) * sizeof(T)));
    }
    const int64_t needed = gradient.buffer_size(positions);
    T* scratch = worker_scratch<T>(launch, needed);
    // Columns of the weights are shared out as well where there are too few parts for the workers.
    const int64_t columns = product_tile<T>().columns;
    const int64_t n_strips = (s.depth() + columns - 1) / columns;
    const int64_t n_ranges = std::clamp<int64_t>(
        (host().max_workers() + n_parts * s.groups - 1) / (n_parts * s.groups), 1, n_strips);
    const int64_t work =
        (n_tiles + n_parts - 1) / n_parts * positions * s.depth() * s.filters / n_ranges;
    for_tasks(n_parts * s.groups * n_ranges, work, [&](int64_t task, int32_t worker) {
        const int64_t part = task / (s.groups * n_ranges), group = task / n_ranges % s.groups;
        const int64_t range = task % n_ranges;
        const int64_t from = n_strips * range / n_ranges * columns;
        const int64_t end = std::min(n_strips * (range + 1) / n_ranges * columns, s.depth());
        T* buffer = scratch + worker * needed;
        T* to = partial + part * size + group * s.filters * s.depth();
        const int64_t first = n_tiles * part / n_parts, last = n_tiles * (part + 1) / n_parts;
        for (int64_t t = first; t < last; ++t) {
            gradient.add(tiles[static_cast<size_t>(t)], group, from, end, buffer, to, t > first);
        }
    });
    if (n_parts == 1) {
        return;
    }
    constexpr int64_t kGrain = 16 * 1024;
    parallel_for(size, kGrain, [&](int64_t begin, int64_t end, int32_t) {
        std::copy(partial + begin, partial + end, arrays.w + begin);
        for (int64_t part = 1; part < n_parts; ++part) {
            const T* more = partial + part * size;
            for (int64_t i = begin; i < end; ++i) {
                arrays.w[i] += more[i];
            }
        }
    });
}

template void convolve_weight_grad(const chx_launch&,
                                   const ConvolutionShape&,
                                   const ConvolutionArrays<float>&);
template void convolve_weight_grad(const chx_launch&,
                                   const ConvolutionShape&,
                                   const ConvolutionArrays<double>&);

}  // namespace native
