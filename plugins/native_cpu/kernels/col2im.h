// From the matrices that turn convolutions into matrix products back to images.
#pragma once

#include "kernels/convolution_shape.h"

namespace native {

// Row (c, k) of `columns`, row_stride elements from one to the next, is what kernel tap k sees of
// channel c at the positions of the block. Adds every element to the one of x that it belongs to; x:
// planes of `channels` channels.
template <class T>
void add_col2im(const ConvolutionShape& shape,
                const T* columns,
                int64_t row_stride,
                int64_t channels,
                const PositionBlock& block,
                T* x);

}  // namespace native
