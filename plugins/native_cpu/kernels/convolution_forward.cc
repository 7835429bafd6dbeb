// Convolutions as matrix products of packed weights and of panels that are copied from the images
// as they are needed. Tiles depend on shapes alone, so that results do not depend on the number of
// threads.
#include <algorithm>

#include "kernels/convolution_pass.h"
#include "kernels/tap_runs.h"
#include "kernels/vector/product_tile.h"

namespace native {
namespace {

// Positions and steps of depth in one product: the copied panels fit the second-level cache.
constexpr int64_t kPositions = 256, kSteps = 320;

int64_t quotient_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

// pack(group, first filter, number, first step, number, to) packs a panel of the weights.
template <class T, class Pack>
class PackedConvolution {
public:
    PackedConvolution(const ConvolutionShape& s, const ConvolutionArrays<T>& arrays, Pack pack)
        : s_(s),
          arrays_(arrays),
          pass_(s, arrays),
          pack_(pack),
          tiles_(convolution_tiles(s, kPositions, false)),
          n_blocks_(std::max<int64_t>(1, quotient_up(s.depth(), kSteps))),
          steps_(quotient_up(s.depth(), n_blocks_)),
          rows_(product_.panel_rows(s.filters)),
          n_panels_(quotient_up(s.filters, rows_)),
          panel_size_(steps_ * product_.row_step),
          panel_step_(steps_ * product_.columns),
          positions_(quotient_up(largest(tiles_), product_.columns) * product_.columns) {}

    void run(const chx_launch& launch) {
        const int64_t n_tiles = static_cast<int64_t>(tiles_.size());
        if (n_tiles > 1) {
            pack_all(launch);
        }
        const int64_t n_tasks = n_tiles * s_.groups, n_workers = host().max_workers();
        // Filters are shared out as well where there are too few tiles for the workers.
        const int64_t n_parts = std::min(quotient_up(n_workers, n_tasks), n_panels_);
        const int64_t needed = (steps_ + s_.filters) * positions_ + panel_size_;
        T* const scratch = worker_scratch<T>(launch, needed);
        const int64_t work = positions_ * s_.depth() * s_.filters / n_parts;
        for_tasks(n_tasks * n_parts, work, [&](int64_t task, int32_t worker) {
            const int64_t part = task % n_parts, group = task / n_parts % s_.groups;
            multiply(tiles_[static_cast<size_t>(task / n_parts / s_.groups)],
                     group,
                     n_panels_ * part / n_parts * rows_,
                     std::min(n_panels_ * (part + 1) / n_parts * rows_, s_.filters),
                     scratch + worker * needed);
        });
    }

private:
    void pack_all(const chx_launch& launch) {
        const int64_t size = s_.groups * n_blocks_ * n_panels_ * panel_size_;
        packed_ = static_cast<T*>(chx::scratch(launch, static_cast<uint64_t>(size) * sizeof(T)));
        for_tasks(s_.groups * n_panels_, s_.depth() * rows_, [&](int64_t task, int32_t) {
            for (int64_t block = 0; block < n_blocks_; ++block) {
                const int64_t group = task / n_panels_, filter = task % n_panels_ * rows_;
                pack(group, block, filter, packed_panel(group, block, filter));
            }
        });
    }

    int64_t steps_of(int64_t block) const { return std::min(steps_, s_.depth() - block * steps_); }
    int64_t rows_from(int64_t filter) const { return std::min(rows_, s_.filters - filter); }
    T* packed_panel(int64_t group, int64_t block, int64_t filter) const {
        return packed_ + ((group * n_blocks_ + block) * n_panels_ + filter / rows_) * panel_size_;
    }
    void pack(int64_t group, int64_t block, int64_t filter, T* to) const {
        pack_(group, filter, rows_from(filter), block * steps_, steps_of(block), to);
    }

    // Some filters, from the first one of a panel on, at the positions of a tile.
    void multiply(
        const ConvolutionTile& tile, int64_t group, int64_t first, int64_t last, T* buffer) const {
        T* const copied = buffer + panel_size_;
        T* const result = copied + steps_ * positions_;
        const MatrixView<T> y =
            tile.n_images == 1 ? pass_.y_block(tile, group) : MatrixView<T>{result, tile.size(), 1};
        const int64_t image_step = s_.groups * s_.channels * s_.input_size;
        const TapRuns runs(s_, tile, image_step, product_.columns, panel_step_);
        const T* const x = pass_.x_planes(tile.first_image, group);
        for (int64_t block = 0; block < n_blocks_; ++block) {
            const int64_t step = block * steps_;
            runs.copy(x, step, step + steps_of(block), copied);
            for (int64_t i = first; i < last; i += rows_) {
                T* panel = buffer;
                if (packed_ != nullptr) {
                    panel = packed_panel(group, block, i);
                } else {
                    pack(group, block, i, panel);
                }
                for (int64_t j = 0; j < tile.size(); j += product_.columns) {
                    product_.multiply(steps_of(block),
                                      {panel, 1},
                                      copied + j / product_.columns * panel_step_,
                                      y.data + i * y.row_stride + j,
                                      y.row_stride,
                                      rows_from(i),
                                      std::min(product_.columns, tile.size() - j),
                                      block > 0);
                }
            }
        }
        if (arrays_.bias != nullptr) {
            pass_.add_bias(tile, group, y, first, last);
        }
        if (tile.n_images > 1) {
            pass_.scatter_y(tile, group, result, first, last);
        }
    }

    const ConvolutionShape& s_;
    const ConvolutionArrays<T>& arrays_;
    const ConvolutionPass<T> pass_;
    const Pack pack_;
    const ProductTile<T>& product_ = product_tile<T>();
    const std::vector<ConvolutionTile> tiles_;
    // Blocks of `steps` of the depth; panels of `rows` filters.
    const int64_t n_blocks_, steps_, rows_, n_panels_, panel_size_, panel_step_, positions_;
    T* packed_ = nullptr;  // all panels of the weights, unless they are packed where they are used
};

}  // namespace

template <class T>
void convolve(const chx_launch& launch,
              const ConvolutionShape& s,
              const ConvolutionArrays<T>& arrays) {
    const ProductTile<T>& product = product_tile<T>();
    PackedConvolution convolution(
        s,
        arrays,
        [&](int64_t group, int64_t filter, int64_t n, int64_t first, int64_t steps, T* to) {
            const T* w = arrays.w + (group * s.filters + filter) * s.depth() + first;
            product.pack_rows(w, s.depth(), n, steps, to, product.row_step, n);
        });
    convolution.run(launch);
}

template <class T>
void convolve_reversed(const chx_launch& launch,
                       const ConvolutionShape& s,
                       const ConvolutionArrays<T>& arrays) {
    const ProductTile<T>& product = product_tile<T>();
    constexpr int64_t kAhead = 4, kLine = 64 / sizeof(T);
    PackedConvolution convolution(
        s,
        arrays,
        [&](int64_t group, int64_t filter, int64_t n, int64_t first, int64_t steps, T* to) {
            const T* w = arrays.w + (group * s.channels * s.filters + filter) * s.kernel_size;
            for (int64_t p = 0; p < steps;) {
                const int64_t channel = (first + p) / s.kernel_size;
                const int64_t tap = (first + p) % s.kernel_size;
                const int64_t n_taps = std::min(s.kernel_size - tap, steps - p);
                const T* from = w + channel * s.filters * s.kernel_size;
                // The next channels' weights are too far away for the processor to guess.
                if (channel + kAhead < s.channels) {
                    const T* next = from + kAhead * s.filters * s.kernel_size;
                    for (int64_t i = 0; i < n * s.kernel_size; i += kLine) {
                        __builtin_prefetch(next + i);
                    }
                }
                product.pack_rows(from + s.kernel_size - tap - n_taps,
                                  s.kernel_size,
                                  n,
                                  n_taps,
                                  to + (p + n_taps - 1) * product.row_step,
                                  -product.row_step,
                                  n);
                p += n_taps;
            }
        });
    convolution.run(launch);
}

template void convolve(const chx_launch&, const ConvolutionShape&, const ConvolutionArrays<float>&);
template void convolve(const chx_launch&,
                       const ConvolutionShape&,
                       const ConvolutionArrays<double>&);
template void convolve_reversed(const chx_launch&,
                                const ConvolutionShape&,
                                const ConvolutionArrays<float>&);
template void convolve_reversed(const chx_launch&,
                                const ConvolutionShape&,
                                const ConvolutionArrays<double>&);

}  // namespace native
