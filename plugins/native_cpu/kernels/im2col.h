// Between images and the matrices that turn convolutions into matrix products.
#pragma once

#include "kernels/convolution_shape.h"

namespace native {

// Row (c, k) of `columns`, row_stride elements from one to the next, gets what kernel tap k sees of
// channel c at the positions of the block; zeros in the padding. x: planes of `channels` channels.
template <class T>
void im2col(const ConvolutionShape& shape,
            const T* x,
            int64_t channels,
            const PositionBlock& block,
            T* columns,
            int64_t row_stride);

// The transpose: adds every element of `columns` to the element of x that im2col reads it from.
template <class T>
void add_col2im(const ConvolutionShape& shape,
                const T* columns,
                int64_t row_stride,
                int64_t channels,
                const PositionBlock& block,
                T* x);

}  // namespace native
