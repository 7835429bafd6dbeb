// Matrix products of floating-point and complex matrices on the calling thread.
#pragma once

#include <cstdint>

namespace native {

// A matrix in memory; strides in elements, positive.
template <class T>
struct MatrixView {
    T* data;
    int64_t row_stride, column_stride;

    MatrixView transposed() const { return {data, column_stride, row_stride}; }
    MatrixView from(int64_t row, int64_t column) const {
        return {data + row * row_stride + column * column_stride, row_stride, column_stride};
    }
    // Whether gemm takes a matrix of these extents: rows or columns are contiguous and do not
    // overlap.
    bool is_plain(int64_t rows, int64_t columns) const {
        const bool by_row =
            (column_stride == 1 || columns == 1) && (row_stride >= columns || rows == 1);
        const bool by_column =
            (row_stride == 1 || rows == 1) && (column_stride >= rows || columns == 1);
        return by_row || by_column;
    }
};

// Elements of scratch memory for products of at most these extents.
template <class T>
int64_t gemm_scratch(int64_t m, int64_t n, int64_t k);

// c = a b, or c += a b if `accumulate`, for plain matrices a (m, k), b (k, n), and c (m, n) with
// contiguous rows; k may be 0. For float, double and std::complex of both.
template <class T>
void gemm(int64_t m,
          int64_t n,
          int64_t k,
          MatrixView<const T> a,
          MatrixView<const T> b,
          bool accumulate,
          MatrixView<T> c,
          T* scratch);

// Extents of the blocks that a large product is cut into for parallel work. They depend on shapes
// alone, so that results do not depend on the number of threads.
struct GemmPanels {
    GemmPanels(int64_t m, int64_t n)
        : rows(m <= 256 && n <= 256 ? 128 : 256), columns(m >= 256 ? 512 : 256) {
        n_rows = (m + rows - 1) / rows;
        n_columns = (n + columns - 1) / columns;
    }
    int64_t rows, columns;      // of a block
    int64_t n_rows, n_columns;  // numbers of blocks
};

}  // namespace native
