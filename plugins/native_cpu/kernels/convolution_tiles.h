// How a convolution is cut into matrix products of a good size.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/convolution_shape.h"

namespace native {

// One block of output positions of one image, or all positions of several small images.
struct ConvolutionTile {
    int64_t first_image, n_images;
    PositionBlock block;

    int64_t size() const { return n_images * block.size(); }
};

// Small images together, `target` positions at a time; large ones in blocks, unless whole_images.
inline std::vector<ConvolutionTile> convolution_tiles(const ConvolutionShape& shape,
                                                      int64_t target,
                                                      bool whole_images) {
    const PositionBlock image{0, shape.output_rows, 0, shape.output_columns};
    const int64_t together = std::max<int64_t>(1, target / std::max<int64_t>(shape.output_size, 1));
    std::vector<ConvolutionTile> tiles;
    if (together > 1 || whole_images) {
        for (int64_t first = 0; first < shape.n; first += together) {
            tiles.push_back({first, std::min(together, shape.n - first), image});
        }
        return tiles;
    }
    const std::vector<PositionBlock> blocks = shape.blocks(target);
    for (int64_t i = 0; i < shape.n; ++i) {
        for (const PositionBlock& block : blocks) {
            tiles.push_back({i, 1, block});
        }
    }
    return tiles;
}

}  // namespace native
