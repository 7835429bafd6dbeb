// Windows that slide over the spatial axes of (N, C, d1, ..., dk), for convolution and pooling.
#pragma once

#include "chainerx/array.h"
#include "dispatch/op_def.h"

namespace chainerx::internal {

struct Windows {
    DimsView kernel, stride, pad, dilation, output;
};

// One value for each of n axes, made from one value or from n of them; throws ValueError below
// `least`.
Dims per_axis(const char* op, const char* name, const Dims& given, int n, int64_t least);

// How many windows fit along each axis; with cover_all also the last one that the input fills only
// in part. Throws DimensionError where none fits.
Dims window_count(const char* op,
                  DimsView input,
                  DimsView kernel,
                  DimsView stride,
                  DimsView pad,
                  DimsView dilation,
                  bool cover_all);

// x with its spatial axes laid into `value`, pad[i] before and as much behind as the windows reach;
// x itself where no window leaves it. Not recorded.
Array pad_for_windows(const Array& x, const Windows& windows, const Scalar& value);

// All extents of (N, C, d1, ..., dk) but the first two.
inline DimsView spatial(DimsView shape) { return {shape.data() + 2, shape.size() - 2}; }

// (first, second, rest...).
Shape with_spatial(int64_t first, int64_t second, DimsView rest);

// The axes begin .. end - 1.
Axes axis_range(int begin, int end);

// Throws DimensionError unless the operand has at least three dimensions.
void check_spatial(const char* op, const char* name, DimsView shape);

// Throws ValueError unless the attribute has one value per spatial axis.
void check_per_axis(const OpDef& op, const char* name, int64_t count, int n);

}  // namespace chainerx::internal
