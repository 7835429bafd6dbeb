// The extents of a convolution, and which input rows its kernel taps meet.
#pragma once

#include <cstdint>
#include <vector>

#include <chx/chx_plugin.hpp>

namespace native {

// A range of output positions: rows first_row .. last_row - 1 of the innermost spatial dimension,
// and of each the columns first_column .. last_column - 1. Either whole rows or part of one: its
// positions are contiguous in an output plane.
struct PositionBlock {
    int64_t first_row, last_row, first_column, last_column;

    int64_t size() const { return (last_row - first_row) * (last_column - first_column); }
};

// Of x (n, groups * channels, input...), w (groups * filters, channels, kernel...) and y (n, groups
// * filters, output...). The innermost spatial dimension is called columns, all others together are
// the rows.
struct ConvolutionShape {
    int64_t n, groups, channels, filters;
    int64_t input_size, output_size, kernel_size;  // products of the spatial extents
    int64_t input_columns, output_columns, kernel_columns;
    int64_t output_rows, kernel_rows;
    int64_t stride, pad, dilation;  // along columns
    bool pointwise;  // 1x1 with stride 1 and without padding: products need no copy of x

    // Where in an input plane the row begins that kernel row k meets at output row r, at k *
    // output_rows + r; negative if it lies in the padding.
    std::vector<int64_t> input_row;

    int64_t depth() const { return channels * kernel_size; }
    bool depthwise() const { return channels == 1 && groups > 1; }

    // The columns of output that kernel column k meets within the input, clamped to [first, last).
    struct Range {
        int64_t begin, end;
    };
    Range valid_columns(int64_t k, int64_t first, int64_t last) const;

    // The output positions of one image in blocks of about `target` positions.
    std::vector<PositionBlock> blocks(int64_t target) const;
};

// A is one of the attribute structs of the convolution ops. spatial extents: n_spatial numbers
// each.
template <class A>
ConvolutionShape convolution_shape(const A& attrs,
                                   int64_t n,
                                   int64_t filters,
                                   int64_t channels_per_group,
                                   const int64_t* input,
                                   const int64_t* output,
                                   const int64_t* kernel);

}  // namespace native
