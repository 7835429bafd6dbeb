// Convolutions as matrix products of im2col tiles. Tiles depend on shapes alone, so that results do
// not depend on the number of threads.
#include "kernels/convolution_passes.h"

#include <algorithm>
#include <cstring>

#include "gemm.h"
#include "host.h"
#include "kernels/convolution_tiles.h"
#include "kernels/im2col.h"

namespace native {
namespace {

// Multiplications in a task of its own, at least.
constexpr int64_t kGrainWork = 256 * 1024;

template <class T>
class ConvolutionPass {
public:
    ConvolutionPass(const ConvolutionShape& shape, const ConvolutionArrays<T>& arrays)
        : shape_(shape), arrays_(arrays) {}

    MatrixView<T> weights(int64_t group) const {
        return {arrays_.w + group * shape_.filters * shape_.depth(), shape_.depth(), 1};
    }
    // The planes of a group in an image of x or y.
    T* x_planes(int64_t image, int64_t group) const {
        return arrays_.x + (image * shape_.groups + group) * shape_.channels * shape_.input_size;
    }
    T* y_planes(int64_t image, int64_t group) const {
        return arrays_.y + (image * shape_.groups + group) * shape_.filters * shape_.output_size;
    }
    // y's part of a tile of one image.
    MatrixView<T> y_block(const ConvolutionTile& tile, int64_t group) const {
        return {y_planes(tile.first_image, group) + first_position(tile), shape_.output_size, 1};
    }

    // What the kernel sees at the positions of a tile: (depth, positions), made in `buffer` unless
    // it lies in x already.
    MatrixView<const T> columns(const ConvolutionTile& tile, int64_t group, T* buffer) const {
        if (shape_.pointwise && tile.n_images == 1) {
            return {x_planes(tile.first_image, group) + first_position(tile), shape_.input_size, 1};
        }
        const int64_t size = tile.block.size();
        for (int64_t i = 0; i < tile.n_images; ++i) {
            const T* x = x_planes(tile.first_image + i, group);
            im2col(shape_, x, shape_.channels, tile.block, buffer + i * size, tile.size());
        }
        return {buffer, tile.size(), 1};
    }

    // y's part of a tile as a matrix (filters, positions), copied to `buffer` if it spans several
    // images.
    MatrixView<const T> gather_y(const ConvolutionTile& tile, int64_t group, T* buffer) const {
        if (tile.n_images == 1) {
            const MatrixView<T> block = y_block(tile, group);
            return {block.data, block.row_stride, 1};
        }
        for_image_rows(tile, group, [&](T* y, int64_t at) {
            std::memcpy(buffer + at, y, static_cast<size_t>(shape_.output_size) * sizeof(T));
        });
        return {buffer, tile.size(), 1};
    }

    void scatter_y(const ConvolutionTile& tile, int64_t group, const T* buffer) const {
        for_image_rows(tile, group, [&](T* y, int64_t at) {
            std::memcpy(y, buffer + at, static_cast<size_t>(shape_.output_size) * sizeof(T));
        });
    }

    void add_bias(const ConvolutionTile& tile, int64_t group, const MatrixView<T>& y) const {
        for (int64_t f = 0; f < shape_.filters; ++f) {
            const T bias = arrays_.bias[group * shape_.filters + f];
            T* row = y.data + f * y.row_stride;
            for (int64_t p = 0; p < tile.size(); ++p) {
                row[p] += bias;
            }
        }
    }

private:
    int64_t first_position(const ConvolutionTile& tile) const {
        return tile.block.first_row * shape_.output_columns + tile.block.first_column;
    }

    // f(plane of y, its place in the matrix of the tile)
    template <class F>
    void for_image_rows(const ConvolutionTile& tile, int64_t group, F&& f) const {
        for (int64_t i = 0; i < tile.n_images; ++i) {
            T* y = y_planes(tile.first_image + i, group);
            for (int64_t filter = 0; filter < shape_.filters; ++filter) {
                f(y + filter * shape_.output_size, filter * tile.size() + i * shape_.output_size);
            }
        }
    }

    const ConvolutionShape& shape_;
    const ConvolutionArrays<T>& arrays_;
};

int64_t largest(const std::vector<ConvolutionTile>& tiles) {
    int64_t size = 0;
    for (const ConvolutionTile& tile : tiles) {
        size = std::max(size, tile.size());
    }
    return size;
}

// Scratch memory of `elements` elements for each of the host's workers.
template <class T>
T* worker_scratch(const chx_launch& launch, int64_t elements) {
    return static_cast<T*>(
        chx::scratch(launch, static_cast<uint64_t>(elements * host().max_workers()) * sizeof(T)));
}

// f(task, worker) for all tasks, each of about `work` multiplications.
template <class F>
void for_tasks(int64_t n_tasks, int64_t work, F&& f) {
    parallel_for(n_tasks,
                 std::max<int64_t>(1, kGrainWork / std::max<int64_t>(work, 1)),
                 [&](int64_t begin, int64_t end, int32_t worker) {
                     for (int64_t task = begin; task < end; ++task) {
                         f(task, worker);
                     }
                 });
}

}  // namespace

template <class T>
void convolve(const chx_launch& launch,
              const ConvolutionShape& s,
              const ConvolutionArrays<T>& arrays) {
    const ConvolutionPass<T> pass(s, arrays);
    const std::vector<ConvolutionTile> tiles = convolution_tiles(s, column_target(s), false);
    const int64_t positions = largest(tiles), n_tiles = static_cast<int64_t>(tiles.size());
    const int64_t needed = (s.depth() + s.filters) * positions;
    T* scratch = worker_scratch<T>(launch, needed);
    for_tasks(
        n_tiles * s.groups, positions * s.depth() * s.filters, [&](int64_t task, int32_t worker) {
            const ConvolutionTile& tile = tiles[static_cast<size_t>(task / s.groups)];
            const int64_t group = task % s.groups;
            T* buffer = scratch + worker * needed;
            T* result = buffer + s.depth() * positions;
            const MatrixView<T> w = pass.weights(group);
            const MatrixView<T> y = tile.n_images == 1 ? pass.y_block(tile, group)
                                                       : MatrixView<T>{result, tile.size(), 1};
            gemm<T>(s.filters,
                    tile.size(),
                    s.depth(),
                    {w.data, w.row_stride, 1},
                    pass.columns(tile, group, buffer),
                    false,
                    y);
            if (arrays.bias != nullptr) {
                pass.add_bias(tile, group, y);
            }
            if (tile.n_images > 1) {
                pass.scatter_y(tile, group, result);
            }
        });
}

template <class T>
void convolve_input_grad(const chx_launch& launch,
                         const ConvolutionShape& s,
                         const ConvolutionArrays<T>& arrays) {
    const ConvolutionPass<T> pass(s, arrays);
    // Blocks of one image overlap in x, so a task has whole images and, if there are few of those,
    // some channels.
    const std::vector<ConvolutionTile> tiles = convolution_tiles(s, column_target(s), true);
    const std::vector<PositionBlock> blocks = s.blocks(column_target(s));
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
    const int64_t needed = (part_depth + s.filters) * positions;
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
        const MatrixView<T> w = pass.weights(group).from(0, first * s.kernel_size);
        const MatrixView<const T> transposed{w.data, 1, w.row_stride};
        const auto multiply = [&](const ConvolutionTile& part, MatrixView<T> to) {
            gemm<T>(channels * s.kernel_size,
                    part.size(),
                    s.filters,
                    transposed,
                    pass.gather_y(part, group, gathered),
                    false,
                    to);
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

template <class T>
void convolve_weight_grad(const chx_launch& launch,
                          const ConvolutionShape& s,
                          const ConvolutionArrays<T>& arrays) {
    const ConvolutionPass<T> pass(s, arrays);
    const std::vector<ConvolutionTile> tiles = convolution_tiles(s, depth_target(s), false);
    const int64_t positions = largest(tiles), n_tiles = static_cast<int64_t>(tiles.size());
    // Sums over a part of the tiles each, added up in the end.
    constexpr int64_t kMaxParts = 16, kMaxPartialElements = 4 << 20;
    const int64_t size = s.groups * s.filters * s.depth();
    const int64_t n_parts =
        std::clamp<int64_t>(kMaxPartialElements / size, 1, std::min(kMaxParts, n_tiles));
    T* partial = arrays.w;
    if (n_parts > 1) {
        partial = static_cast<T*>(
            chx::scratch(launch, static_cast<uint64_t>(n_parts * size) * sizeof(T)));
    }
    const int64_t needed = (s.depth() + s.filters) * positions;
    T* scratch = worker_scratch<T>(launch, needed);
    const int64_t work = (n_tiles + n_parts - 1) / n_parts * positions * s.depth() * s.filters;
    for_tasks(n_parts * s.groups, work, [&](int64_t task, int32_t worker) {
        const int64_t part = task / s.groups, group = task % s.groups;
        T* buffer = scratch + worker * needed;
        const MatrixView<T> to{partial + part * size + group * s.filters * s.depth(), s.depth(), 1};
        const int64_t first = n_tiles * part / n_parts, last = n_tiles * (part + 1) / n_parts;
        for (int64_t t = first; t < last; ++t) {
            const ConvolutionTile& tile = tiles[static_cast<size_t>(t)];
            const MatrixView<const T> columns = pass.columns(tile, group, buffer);
            const MatrixView<const T> y =
                pass.gather_y(tile, group, buffer + s.depth() * positions);
            gemm<T>(s.filters, s.depth(), tile.size(), y, columns.transposed(), t > first, to);
        }
    });
    if (n_parts > 1) {
        for_tasks(size, n_parts, [&](int64_t i, int32_t) {
            T sum = partial[i];
            for (int64_t part = 1; part < n_parts; ++part) {
                sum += partial[part * size + i];
            }
            arrays.w[i] = sum;
        });
    }
}

template void convolve(const chx_launch&, const ConvolutionShape&, const ConvolutionArrays<float>&);
template void convolve(const chx_launch&,
                       const ConvolutionShape&,
                       const ConvolutionArrays<double>&);
template void convolve_input_grad(const chx_launch&,
                                  const ConvolutionShape&,
                                  const ConvolutionArrays<float>&);
template void convolve_input_grad(const chx_launch&,
                                  const ConvolutionShape&,
                                  const ConvolutionArrays<double>&);
template void convolve_weight_grad(const chx_launch&,
                                   const ConvolutionShape&,
                                   const ConvolutionArrays<float>&);
template void convolve_weight_grad(const chx_launch&,
                                   const ConvolutionShape&,
                                   const ConvolutionArrays<double>&);

}  // namespace native
