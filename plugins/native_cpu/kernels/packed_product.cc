// A block of b stays in the second-level cache, a panel of a in the first-level one (as in Goto and van
// de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34, 2008, with the parts of
// a and b exchanged: rows of c are contiguous).
#include "kernels/packed_product.h"

#include <algorithm>
#include <cstring>

#include "kernels/vector/product_tile.h"

namespace native {
namespace {

constexpr int64_t kMostSteps = 320;
// Keeps rows of a panel of a apart in the cache where k is a power of two.
constexpr int64_t kPadding = 16;

int64_t quotient_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

int64_t steps_of(int64_t k) { return quotient_up(k, quotient_up(k, kMostSteps)); }

template <class T>
LeftPanel<T> pack_left(
    const ProductTile<T>& tile, MatrixView<const T> a, int64_t rows, int64_t steps, T* to) {
    if (a.column_stride == 1 || steps == 1) {
        const int64_t row = steps + kPadding;
        for (int64_t i = 0; i < rows; ++i) {
            std::memcpy(
                to + i * row, a.data + i * a.row_stride, static_cast<size_t>(steps) * sizeof(T));
        }
        return {to, row};
    }
    tile.pack_columns(a.data, a.column_stride, rows, steps, to, tile.row_step);
    return {to, 1};
}

// Columns past the last one are zeros.
template <class T>
void pack_right(
    const ProductTile<T>& tile, MatrixView<const T> b, int64_t steps, int64_t columns, T* to) {
    if (b.column_stride == 1 || columns == 1) {
        tile.pack_columns(b.data, b.row_stride, columns, steps, to, tile.columns);
    } else {
        tile.pack_rows(b.data, b.column_stride, columns, steps, to, tile.columns, tile.columns);
    }
}

}  // namespace

template <class T>
int64_t packed_product_scratch(int64_t n, int64_t k) {
    const ProductTile<T>& tile = product_tile<T>();
    const int64_t steps = steps_of(k);
    return quotient_up(n, tile.columns) * tile.columns * steps + tile.row_step * (steps + kPadding);
}

template <class T>
void packed_product(int64_t m,
                    int64_t n,
                    int64_t k,
                    MatrixView<const T> a,
                    MatrixView<const T> b,
                    bool accumulate,
                    MatrixView<T> c,
                    T* scratch) {
    const ProductTile<T>& tile = product_tile<T>();
    const int64_t most_steps = steps_of(k), rows = tile.panel_rows(m);
    T* const right = scratch + tile.row_step * (most_steps + kPadding);
    for (int64_t first = 0; first < k; first += most_steps) {
        const int64_t steps = std::min(most_steps, k - first);
        for (int64_t j = 0; j < n; j += tile.columns) {
            pack_right(
                tile, b.from(first, j), steps, std::min(tile.columns, n - j), right + j * steps);
        }
        for (int64_t i = 0; i < m; i += rows) {
            const int64_t n_rows = std::min(rows, m - i);
            const LeftPanel<T> left = pack_left(tile, a.from(i, first), n_rows, steps, scratch);
            for (int64_t j = 0; j < n; j += tile.columns) {
                tile.multiply(steps,
                              left,
                              right + j * steps,
                              c.data + i * c.row_stride + j,
                              c.row_stride,
                              n_rows,
                              std::min(tile.columns, n - j),
                              accumulate || first > 0);
            }
        }
    }
}

template int64_t packed_product_scratch<float>(int64_t, int64_t);
template int64_t packed_product_scratch<double>(int64_t, int64_t);
template void packed_product(int64_t,
                             int64_t,
                             int64_t,
                             MatrixView<const float>,
                             MatrixView<const float>,
                             bool,
                             MatrixView<float>,
                             float*);
template void packed_product(int64_t,
                             int64_t,
                             int64_t,
                             MatrixView<const double>,
                             MatrixView<const double>,
                             bool,
                             MatrixView<double>,
                             double*);

}  // namespace native
