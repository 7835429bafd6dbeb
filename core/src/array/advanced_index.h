// Indexing by arrays of integers or bool: which elements are meant, and where their axes go.
#pragma once

#include <vector>

#include "chainerx/array.h"

namespace chainerx::internal {

// The axes [axis, axis + count) of the indexed array that one array of indices takes up: the axis
// it picks from, or those that its mask lies over.
struct AdvancedAxes {
    int axis, count;
    Array indices;  // integers, or a mask
    bool is_mask;
};

// An index with arrays in it, taken apart.
struct AdvancedIndex {
    // What is left with whole slices in the place of arrays: the arrays pick from the view that
    // this makes.
    std::vector<ArrayIndex> basic;
    bool is_whole = true;  // that view is the array itself
    // In order of their axes in that view.
    std::vector<AdvancedAxes> arrays;
    // NumPy's rule: the axes of the indices come first if a slice, newaxis or ellipsis stands
    // between two of them.
    bool goes_first = false;
};

bool has_array(const std::vector<ArrayIndex>& indices);

AdvancedIndex split_advanced(const Array& array, const std::vector<ArrayIndex>& indices);

// The picked elements of a view, brought into the form that take and scatter understand.
struct FlatPick {
    Axes permutation;  // of the view's axes; empty: as they are
    Shape merged;      // the permuted view with the axes that arrays pick from as one
    int axis;          // that one
    Array indices;     // along it
    int result_axis;   // of the first axis of indices in the result
};
FlatPick make_flat_pick(const Array& view, const AdvancedIndex& index);

// axes of an array with `ndim` of them so that the `count` ones from `from` on come to lie at `to`.
Axes moved_block(int ndim, int from, int count, int to);

}  // namespace chainerx::internal
