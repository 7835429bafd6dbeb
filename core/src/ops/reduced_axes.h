// The axes of a reduction: sorted and non-negative, from what the user gave; and the shapes.
#pragma once

#include <optional>

#include "chainerx/shape.h"

namespace chainerx::internal {

// All axes for nullopt, else the given ones made non-negative and sorted; throws DimensionError.
Axes reduced_axes(const char* op, const std::optional<Axes>& axis, int ndim);

// How many elements are reduced to one.
int64_t reduced_count(DimsView shape, DimsView axes);

// shape with extent 1 along axes.
Shape shape_with_kept_axes(DimsView shape, DimsView axes);

}  // namespace chainerx::internal
