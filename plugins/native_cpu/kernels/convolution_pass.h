// What the passes of a convolution share: where a tile's matrices are, and how tasks are shared out.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "gemm.h"
#include "host.h"
#include "kernels/convolution_passes.h"
#include "kernels/convolution_tiles.h"

namespace native {

// Multiplications in a task of its own, at least.
inline constexpr int64_t kGrainWork = 256 * 1024;

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

    // y's part of a tile as a matrix (filters, positions), copied to `buffer` if it spans several
    // images.
    MatrixView<const T> gather_y(const ConvolutionTile& tile, int64_t group, T* buffer) const {
        if (tile.n_images == 1) {
            const MatrixView<T> block = y_block(tile, group);
            return {block.data, block.row_stride, 1};
        }
        for_image_rows(tile, group, 0, shape_.filters, [&](T* y, int64_t at) {
            std::memcpy(buffer + at, y, static_cast<size_t>(shape_.output_size) * sizeof(T));
        });
        return {buffer, tile.size(), 1};
    }

    // The way back, of filters first .. last - 1.
    void scatter_y(const ConvolutionTile& tile,
                   int64_t group,
                   const T* buffer,
                   int64_t first,
                   int64_t last) const {
        for_image_rows(tile, group, first, last, [&](T* y, int64_t at) {
            std::memcpy(y, buffer + at, static_cast<size_t>(shape_.output_size) * sizeof(T));
        });
    }

    void add_bias(const ConvolutionTile& tile,
                  int64_t group,
                  const MatrixView<T>& y,
                  int64_t first,
                  int64_t last) const {
        for (int64_t f = first; f < last; ++f) {
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

    // f(plane of y, its place in the matrix of the tile), for filters first .. last - 1
    template <class F>
    void for_image_rows(
        const ConvolutionTile& tile, int64_t group, int64_t first, int64_t last, F&& f) const {
        for (int64_t i = 0; i < tile.n_images; ++i) {
            T* y = y_planes(tile.first_image + i, group);
            for (int64_t filter = first; filter < last; ++filter) {
                f(y + filter * shape_.output_size, filter * tile.size() + i * shape_.output_size);
            }
        }
    }

    const ConvolutionShape& shape_;
    const ConvolutionArrays<T>& arrays_;
};

inline int64_t largest(const std::vector<ConvolutionTile>& tiles) {
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

}  // namespace native
