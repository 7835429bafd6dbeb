// The three passes of a convolution on contiguous arrays of float or double.
#pragma once

#include <chx/chx_plugin.hpp>

#include "kernels/convolution_shape.h"

namespace native {

// The arrays of a convolution; those that a pass computes are written.
template <class T>
struct ConvolutionArrays {
    T* x;
    T* w;
    T* y;
    const T* bias;  // of all filters, or null
};

// By matrix products, in tiles over the host's threads.
template <class T>
void convolve(const chx_launch& launch,
              const ConvolutionShape& shape,
              const ConvolutionArrays<T>& arrays);
// With the taps of w in reverse order, and w (groups * channels, filters, kernel...).
template <class T>
void convolve_reversed(const chx_launch& launch,
                       const ConvolutionShape& shape,
                       const ConvolutionArrays<T>& arrays);
template <class T>
void convolve_input_grad(const chx_launch& launch,
                         const ConvolutionShape& shape,
                         const ConvolutionArrays<T>& arrays);
template <class T>
void convolve_weight_grad(const chx_launch& launch,
                          const ConvolutionShape& shape,
                          const ConvolutionArrays<T>& arrays);

// By direct loops, for one input channel per group.
template <class T>
void convolve_depthwise(const ConvolutionShape& shape, const ConvolutionArrays<T>& arrays);
template <class T>
void convolve_depthwise_input_grad(const ConvolutionShape& shape,
                                   const ConvolutionArrays<T>& arrays);
template <class T>
void convolve_depthwise_weight_grad(const ConvolutionShape& shape,
                                    const ConvolutionArrays<T>& arrays);

}  // namespace native
