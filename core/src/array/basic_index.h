// Indexing by integers, slices, newaxis and ellipsis: the view that it means.
#pragma once

#include <vector>

#include "array/views.h"

namespace chainerx::internal {

struct BasicIndex {
    // Along each axis of the array; an integer is a slice of one element.
    SliceAttrs slices;
    // The view: without the axes of integers, with new ones.
    Shape shape;
    Strides strides;
    int64_t offset = 0;
    bool keeps_axes = true;  // no axis was dropped or added
};

// How many axes of an array the index takes up, ellipsis apart. Throws IndexError if there are two
// ellipses.
int consumed_axes(const std::vector<ArrayIndex>& indices);

// For an index that takes up more axes than there are.
[[noreturn]] void throw_too_many(const Array& array, const std::vector<ArrayIndex>& indices);

// No array may be among the indices. Throws IndexError, ValueError for a step of 0.
BasicIndex resolve_basic(const Array& array, const std::vector<ArrayIndex>& indices);

// The view outside of every graph, or recorded.
Array raw_basic_view(const Array& array, const std::vector<ArrayIndex>& indices);
Array basic_view(const Array& array, const std::vector<ArrayIndex>& indices);

}  // namespace chainerx::internal
