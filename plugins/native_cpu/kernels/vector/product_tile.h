// The innermost part of large matrix products: a tile of the result that is held in registers,
// compiled for several instruction sets.
#pragma once

#include <cstdint>

namespace native {

// A panel of a left matrix. Element (i, p) is at i * row + p, or, if row is 1, at i + p * row_step.
template <class T>
struct LeftPanel {
    const T* data;
    int64_t row;
};

// Matrices are packed in panels: of the left one `rows` rows at most, of the right one `columns`
// columns. Element (p, j) of a right panel is at p * columns + j.
template <class T>
struct ProductTile {
    int64_t rows, row_step, columns;
    bool has_wide_vectors;  // of 512 bits

    // c = a b, or c += a b if `accumulate`, for k steps and the first n_rows rows and n_columns
    // columns of the panels; rows of c are contiguous and c_stride apart.
    void (*multiply)(int64_t k,
                     LeftPanel<T> a,
                     const T* b,
                     T* c,
                     int64_t c_stride,
                     int64_t n_rows,
                     int64_t n_columns,
                     bool accumulate);
    // Packs n <= width contiguous rows of k elements: to[p * step + i] = from[i * stride + p], and
    // zeros for n <= i < width.
    void (*pack_rows)(
        const T* from, int64_t stride, int64_t n, int64_t k, T* to, int64_t step, int64_t width);
    // Packs k contiguous rows of n <= step elements: to[p * step + i] = from[p * stride + i], and zeros
    // for n <= i < step. step is `row_step` or `columns`.
    void (*pack_columns)(const T* from, int64_t stride, int64_t n, int64_t k, T* to, int64_t step);

    // The rows of a panel if m rows are shared out evenly.
    int64_t panel_rows(int64_t m) const {
        const int64_t n_panels = (m + rows - 1) / rows;
        return (m + n_panels - 1) / n_panels;
    }
};

// For float and double, for the best instruction set of this processor.
template <class T>
const ProductTile<T>& product_tile();

}  // namespace native
