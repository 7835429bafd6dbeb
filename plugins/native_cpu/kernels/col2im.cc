// Adds columns up over any number of spatial dimensions, row by row of the output.
#include "kernels/col2im.h"

#include "kernels/vector/run_copies.h"

namespace native {
namespace {

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
void add_col2im(const ConvolutionShape& shape,
                const T* columns,
                int64_t row_stride,
                int64_t channels,
                const PositionBlock& block,
                T* x) {
    const int64_t width = block.last_column - block.first_column;
    const AddRun<T> add = add_run<T>();
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
                     add(from, n, shape.stride, to);
                 }
             });
}

template void add_col2im(
    const ConvolutionShape&, const float*, int64_t, int64_t, const PositionBlock&, float*);
template void add_col2im(
    const ConvolutionShape&, const double*, int64_t, int64_t, const PositionBlock&, double*);

}  // namespace native
