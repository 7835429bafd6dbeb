// im2col and its transpose over any number of spatial dimensions, row by row of the output.
#include "kernels/im2col.h"

#include <cstring>

namespace native {
namespace {

// Rows of small images are so short that calls of memcpy and memset would cost more than the work.
constexpr int64_t kChunk = 4, kLongRun = 64;

template <class T>
void copy_run(const T* from, int64_t n, T* to) {
    if (n >= kLongRun) {
        std::memcpy(to, from, static_cast<size_t>(n) * sizeof(T));
        return;
    }
    if (n >= kChunk) {
        for (int64_t i = 0; i + kChunk <= n; i += kChunk) {
            std::memcpy(to + i, from + i, kChunk * sizeof(T));
        }
        std::memcpy(to + n - kChunk, from + n - kChunk, kChunk * sizeof(T));
        return;
    }
    if (n >= 2) {
        std::memcpy(to, from, 2 * sizeof(T));
    }
    if (n % 2 == 1) {
        to[n - 1] = from[n - 1];
    }
}

template <class T>
void zero_run(T* to, int64_t n) {
    static constexpr T kZeros[kLongRun] = {};
    if (n >= kLongRun) {
        std::memset(to, 0, static_cast<size_t>(n) * sizeof(T));
    } else if (n > 0) {
        copy_run(kZeros, n, to);
    }
}

// Calls f(row of the matrix, plane, kernel row, kernel column, valid columns) for all channels and
// taps.
template <class F>
void for_taps(const ConvolutionShape& shape, int64_t channels, const PositionBlock& block, F&& f) {
    for (int64_t column = 0; column < shape.kernel_columns; ++column) {
        const auto valid = shape.valid_columns(column, block.first_column, block.last_column);
        for (int64_t c = 0; c < channels; ++c) {
            for (int64_t row = 0; row < shape.kernel_rows; ++row) {
                const int64_t tap = row * shape.kernel_columns + column;
                f(c * shape.kernel_size + tap, c * shape.input_size, row, column, valid);
            }
        }
    }
}

}  // namespace

template <class T>
void im2col(const ConvolutionShape& shape,
            const T* x,
            int64_t channels,
            const PositionBlock& block,
            T* columns,
            int64_t row_stride) {
    const int64_t width = block.last_column - block.first_column;
    for_taps(shape,
             channels,
             block,
             [&](int64_t row,
                 int64_t plane,
                 int64_t kernel_row,
                 int64_t kernel_column,
                 ConvolutionShape::Range valid) {
                 T* to = columns + row * row_stride;
                 const int64_t left = valid.begin - block.first_column, n = valid.end - valid.begin;
                 const int64_t first_input =
                     valid.begin * shape.stride - shape.pad + kernel_column * shape.dilation;
                 const int64_t* input_row = shape.input_row.data() + kernel_row * shape.output_rows;
                 for (int64_t r = block.first_row; r < block.last_row; ++r, to += width) {
                     if (input_row[r] < 0) {
                         zero_run(to, width);
                         continue;
                     }
                     const T* from = x + plane + input_row[r] + first_input;
                     zero_run(to, left);
                     if (shape.stride == 1) {
                         copy_run(from, n, to + left);
                     } else {
                         for (int64_t i = 0; i < n; ++i) {
                             to[left + i] = from[i * shape.stride];
                         }
                     }
                     zero_run(to + left + n, width - left - n);
                 }
             });
}

template <class T>
void add_col2im(const ConvolutionShape& shape,
                const T* columns,
                int64_t row_stride,
                int64_t channels,
                const PositionBlock& block,
                T* x) {
    const int64_t width = block.last_column - block.first_column;
    for_taps(shape,
             channels,
             block,
             [&](int64_t row,
                 int64_t plane,
                 int64_t kernel_row,
                 int64_t kernel_column,
                 ConvolutionShape::Range valid) {
                 const T* from = columns + row * row_stride + valid.begin - block.first_column;
                 const int64_t n = valid.end - valid.begin;
                 const int64_t first_input =
                     valid.begin * shape.stride - shape.pad + kernel_column * shape.dilation;
                 const int64_t* input_row = shape.input_row.data() + kernel_row * shape.output_rows;
                 for (int64_t r = block.first_row; r < block.last_row; ++r, from += width) {
                     if (input_row[r] < 0) {
                         continue;
                     }
                     T* to = x + plane + input_row[r] + first_input;
                     for (int64_t i = 0; i < n; ++i) {
                         to[i * shape.stride] += from[i];
                     }
                 }
             });
}

template void im2col(
    const ConvolutionShape&, const float*, int64_t, const PositionBlock&, float*, int64_t);
template void im2col(
    const ConvolutionShape&, const double*, int64_t, const PositionBlock&, double*, int64_t);
template void add_col2im(
    const ConvolutionShape&, const float*, int64_t, int64_t, const PositionBlock&, float*);
template void add_col2im(
    const ConvolutionShape&, const double*, int64_t, int64_t, const PositionBlock&, double*);

}  // namespace native
