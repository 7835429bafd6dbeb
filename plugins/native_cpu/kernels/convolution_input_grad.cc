// The gradient of a strided convolution's input, as matrix products whose columns are added up where
// the kernel's taps meet. Tiles depend on shapes alone, so that results do not depend on the number
// of threads.
#include "kernels/col2im.h"
#include "kernels/convolution_pass.h"

namespace native {
namespace {

// Positions in one matrix product.
constexpr int64_t kPositions = 256;

}  // namespace

template <class T>
void convolve_input_grad(const chx_launch& launch,
                         const ConvolutionShape& s,
                         const ConvolutionArrays<T>& arrays) {
    const ConvolutionPass<T> pass(s, arrays);
    // Blocks of one image overlap in x, so a task has whole images and, if there are few of those,
    // some channels.
    const std::vector<ConvolutionTile> tiles = convolution_tiles(s, kPositions, true);
    const std::vector<PositionBlock> blocks = s.blocks(kPositions);
    const int64_t n_tiles = static_cast<int64_t>(tiles.size());
    constexpr int64_t kTasks = 16, kLeastChannels = 8;
    const int64_t wanted = std::max<int64_t>(1, kTasks / (n_tiles * s.groups));
    const int64_t n_parts = std::clamp<int64_t>(s.channels / kLeastChannels, 1, wanted);
    const int64_t part_channels = (s.channels + n_parts - 1) / n_parts;
    int64_t positions = 0;
    for (const ConvolutionTile& tile : tiles) {
        positions = std::max(positions, tile.n_images > 1 ? tile.size() : 0);
    }
    for (const PositionBlock& block : blocks) {
        positions = std::max(positions, block.size());
    }
    const int64_t part_depth = part_channels * s.kernel_size;
    const int64_t product = gemm_scratch<T>(part_depth, positions, s.filters);
    const int64_t needed = (part_depth + s.filters) * positions + product;
    T* scratch = worker_scratch<T>(launch, needed);
    const int64_t work = s.n * s.output_size / n_tiles * s.filters * part_depth;
    for_tasks(n_tiles * s.groups * n_parts, work, [&](int64_t task, int32_t worker) {
        const ConvolutionTile& tile = tiles[static_cast<size_t>(task / (s.groups * n_parts))];
        const int64_t group = task / n_parts % s.groups, first = task % n_parts * part_channels;
        const int64_t channels = std::min(part_channels, s.channels - first);
        if (channels <= 0) {
            return;
        }
        T* columns = scratch + worker * needed;
        T* gathered = columns + part_depth * positions;
        T* product_scratch = gathered + s.filters * positions;
        const MatrixView<T> w = pass.weights(group).from(0, first * s.kernel_size);
        const MatrixView<const T> transposed{w.data, 1, w.row_stride};
        const auto multiply = [&](const ConvolutionTile& part, MatrixView<T> to) {
            gemm<T>(channels * s.kernel_size,
                    part.size(),
                    s.filters,
                    transposed,
                    pass.gather_y(part, group, gathered),
                    false,
                    to,
                    product_scratch);
        };
        const auto planes = [&](int64_t image) {
            return pass.x_planes(image, group) + first * s.input_size;
        };
        if (s.pointwise && tile.n_images == 1) {
            multiply(tile, {planes(tile.first_image), s.input_size, 1});
            return;
        }
        for (int64_t i = 0; i < tile.n_images; ++i) {
            T* x = planes(tile.first_image + i);
            std::fill(x, x + channels * s.input_size, T(0));
        }
        if (tile.n_images > 1) {
            multiply(tile, {columns, tile.size(), 1});
            for (int64_t i = 0; i < tile.n_images; ++i) {
                add_col2im(s,
                           columns + i * s.output_size,
                           tile.size(),
                           channels,
                           tile.block,
                           planes(tile.first_image + i));
            }
            return;
        }
        for (const PositionBlock& block : blocks) {
            multiply({tile.first_image, 1, block}, {columns, block.size(), 1});
            add_col2im(s, columns, block.size(), channels, block, planes(tile.first_image));
        }
    });
}

template void convolve_input_grad(const chx_launch&,
                                  const ConvolutionShape&,
                                  const ConvolutionArrays<float>&);
template void convolve_input_grad(const chx_launch&,
                                  const ConvolutionShape&,
                                  const ConvolutionArrays<double>&);

}  // namespace native
