// Where the elements lie that the taps of a convolution's kernel meet at the positions of a tile,
// and their copies.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/convolution_tiles.h"
#include "kernels/vector/run_copies.h"

namespace native {

// The im2col matrix of a tile has a row for each channel and tap, and a column for each position.
// Rows are copied in panels of `width` columns, which begin `panel_step` elements apart; the rows
// of a panel follow each other. Columns beyond the last position are zeros.
class TapRuns {
public:
    // Elements of x from one image to the next: image_step.
    TapRuns(const ConvolutionShape& shape,
            const ConvolutionTile& tile,
            int64_t image_step,
            int64_t width,
            int64_t panel_step);

    // Rows first .. last - 1 of the matrix; x: the planes of a group in the tile's first image.
    template <class T>
    void copy(const T* x, int64_t first, int64_t last, T* to) const;

private:
    void add(int64_t from, int64_t position, int64_t n);
    void add_tap(const ConvolutionTile& tile, int64_t row, int64_t column, int64_t image_step);

    const ConvolutionShape& shape_;
    int64_t width_, panel_step_;
    std::vector<CopiedRun> runs_;    // of the planes of a channel
    std::vector<size_t> first_run_;  // of each tap, and the end
};

}  // namespace native
