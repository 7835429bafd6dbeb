// Indexing by arrays of integers or bool.
#include "array/advanced_index.h"

#include <algorithm>

#include <fmt/format.h>

#include "array/basic_index.h"
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "ops/index_arithmetic.h"

namespace chainerx::internal {

namespace {

bool is_advanced(const ArrayIndex& index) {
    return index.kind() == ArrayIndex::Kind::kArray || index.kind() == ArrayIndex::Kind::kInteger;
}

// Whether something else stands between the first and the last integer or array.
bool is_separated(const std::vector<ArrayIndex>& indices) {
    bool was_seen = false;
    bool has_gap = false;
    for (const ArrayIndex& index : indices) {
        if (is_advanced(index)) {
            if (has_gap) return true;
            was_seen = true;
        } else {
            has_gap = was_seen;
        }
    }
    return false;
}

// As the array API standard says, each extent is that of its axis, or 0: then nothing is chosen.
void check_mask(const Array& view, const AdvancedAxes& mask) {
    const DimsView covered(view.shape().data() + mask.axis, mask.count);
    const DimsView extents = mask.indices.shape();
    bool fits = extents.size() == covered.size();
    for (int i = 0; fits && i < covered.size(); ++i)
        fits = extents[i] == covered[i] || extents[i] == 0;
    if (!fits) {
        throw IndexError(fmt::format(
            "index: a mask of shape {} over axes of extents {}; expected the same shape",
            to_string(mask.indices.shape()),
            to_string(covered)));
    }
}

// Indices into all elements of the axes that one array takes up.
Array indices_of(const Array& view, const AdvancedAxes& axes) {
    if (!axes.is_mask) return axes.indices;
    check_mask(view, axes);
    return nonzero(axes.indices.reshape({axes.indices.size()}))[0];
}

Array combine(const Array& view, const std::vector<AdvancedAxes>& arrays) {
    if (arrays.size() == 1)
        return indices_of(view, arrays[0]);  // take itself looks out for negative ones
    LinearIndex flat;
    Shape shape;
    for (const AdvancedAxes& axes : arrays) {
        const Array indices = indices_of(view, axes);
        try {
            shape = broadcast_shapes("index", shape, indices.shape());
        } catch (const DimensionError& error) {
            throw IndexError(
                fmt::format("{}; arrays of indices must broadcast to one shape", error.what()));
        }
        const int64_t extent = total_size(DimsView(view.shape().data() + axes.axis, axes.count));
        if (axes.is_mask) {
            flat.add_valid(indices, extent);
        } else {
            flat.add(indices, extent);
        }
    }
    return flat.finish();
}

}  // namespace

bool has_array(const std::vector<ArrayIndex>& indices) {
    for (const ArrayIndex& index : indices) {
        if (index.kind() == ArrayIndex::Kind::kArray) return true;
    }
    return false;
}

AdvancedIndex split_advanced(const Array& array, const std::vector<ArrayIndex>& indices) {
    AdvancedIndex result;
    result.goes_first = is_separated(indices);
    int axis = 0;  // of the view that the basic part makes
    const int missing = array.ndim() - consumed_axes(indices);
    if (missing < 0) throw_too_many(array, indices);
    for (const ArrayIndex& index : indices) {
        if (index.kind() != ArrayIndex::Kind::kArray) {
            result.basic.push_back(index);
            result.is_whole = result.is_whole && index.kind() == ArrayIndex::Kind::kEllipsis;
            if (index.kind() == ArrayIndex::Kind::kEllipsis) axis += missing;
            if (index.kind() == ArrayIndex::Kind::kSlice ||
                index.kind() == ArrayIndex::Kind::kNewAxis)
                ++axis;
            continue;
        }
        Array given = index.array();
        const bool is_bool = given.dtype() == DType::kBool;
        if (!is_bool) check_index_dtype("index", given);
        if (is_bool && given.ndim() == 0) {
            // Lies over no axis: a new one is taken once or not at all.
            result.basic.push_back(ArrayIndex::new_axis());
            result.is_whole = false;
            result.arrays.push_back({axis, 1, given.reshape({1}), true});
            ++axis;
            continue;
        }
        const int count = is_bool ? given.ndim() : 1;
        for (int i = 0; i < count; ++i) result.basic.push_back(Slice{});
        result.arrays.push_back({axis, count, std::move(given), is_bool});
        axis += count;
    }
    return result;
}

Axes moved_block(int ndim, int from, int count, int to) {
    Axes axes;
    for (int i = 0; i < ndim; ++i) {
        if (i < from || i >= from + count) axes.push_back(i);
    }
    for (int i = 0; i < count; ++i) axes.insert(to + i, from + i);
    return axes;
}

FlatPick make_flat_pick(const Array& view, const AdvancedIndex& index) {
    FlatPick pick;
    pick.axis = index.arrays[0].axis;
    bool is_adjacent = true;
    int end = pick.axis;
    int n_merged = 0;
    uint32_t merged_axes = 0;
    for (const AdvancedAxes& axes : index.arrays) {
        is_adjacent = is_adjacent && axes.axis == end;
        end = axes.axis + axes.count;
        n_merged += axes.count;
        for (int i = axes.axis; i < end; ++i) merged_axes |= 1u << i;
    }
    if (!is_adjacent) {
        pick.axis = 0;
        for (const bool is_merged : {true, false}) {
            for (int i = 0; i < view.ndim(); ++i) {
                if ((((merged_axes >> i) & 1u) != 0) == is_merged) pick.permutation.push_back(i);
            }
        }
    }
    const auto extent = [&](int i) {
        return view.shape()[is_adjacent ? i : static_cast<int>(pick.permutation[i])];
    };
    int64_t merged = 1;
    for (int i = 0; i < n_merged; ++i) merged *= extent(pick.axis + i);
    for (int i = 0; i < pick.axis; ++i) pick.merged.push_back(extent(i));
    pick.merged.push_back(merged);
    for (int i = pick.axis + n_merged; i < view.ndim(); ++i) pick.merged.push_back(extent(i));
    pick.indices = combine(view, index.arrays);
    pick.result_axis = index.goes_first ? 0 : pick.axis;
    return pick;
}

}  // namespace chainerx::internal
