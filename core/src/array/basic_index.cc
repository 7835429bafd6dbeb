// Indexing by integers, slices, newaxis and ellipsis.
#include "array/basic_index.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "chainerx/error.h"

namespace chainerx::internal {

namespace {

struct ResolvedSlice {
    int64_t start, step, count;
};

// Python's slice.indices().
ResolvedSlice resolve_slice(const Slice& slice, int64_t extent) {
    // So that it can be negated.
    const int64_t step = std::max(slice.step.value_or(1), -std::numeric_limits<int64_t>::max());
    if (step == 0)
        throw ValueError("index: the step of a slice is 0; expected a positive or negative number");
    const int64_t least = step > 0 ? 0 : -1;
    const int64_t greatest = step > 0 ? extent : extent - 1;
    const auto bound = [&](int64_t value) {
        return value < 0 ? std::max(value + extent, least) : std::min(value, greatest);
    };
    const int64_t start = slice.start.has_value() ? bound(*slice.start)
                          : step > 0              ? least
                                                  : greatest;
    const int64_t stop = slice.stop.has_value() ? bound(*slice.stop) : step > 0 ? greatest : least;
    const int64_t distance = step > 0 ? stop - start : start - stop;
    const int64_t count = distance <= 0 ? 0 : (distance - 1) / (step > 0 ? step : -step) + 1;
    return {start, count <= 1 ? 1 : step, count};
}

int64_t resolve_integer(int64_t index, int64_t extent, int axis) {
    const int64_t wrapped = index < 0 ? index + extent : index;
    if (wrapped < 0 || wrapped >= extent) {
        throw IndexError(
            fmt::format("index: {} is out of range for axis {} with {} elements; expected {} to {}",
                        index,
                        axis,
                        extent,
                        -extent,
                        extent - 1));
    }
    return wrapped;
}

class BasicResolver {
public:
    BasicResolver(const Array& array, BasicIndex& result) : array_{array}, result_{result} {}

    void integer(int64_t index) {
        const int64_t start = resolve_integer(index, array_.shape()[axis_], axis_);
        take({start, 1, 1});
        result_.keeps_axes = false;
    }
    void slice(const Slice& slice) {
        const ResolvedSlice resolved = resolve_slice(slice, array_.shape()[axis_]);
        result_.shape.push_back(resolved.count);
        result_.strides.push_back(array_.strides()[axis_] * resolved.step);
        take(resolved);
    }
    void whole_axis() {
        const int64_t extent = array_.shape()[axis_];
        result_.shape.push_back(extent);
        result_.strides.push_back(array_.strides()[axis_]);
        take({0, 1, extent});
    }
    void new_axis() {
        result_.shape.push_back(1);
        result_.strides.push_back(0);
        result_.keeps_axes = false;
    }

private:
    void take(const ResolvedSlice& slice) {
        result_.slices.starts.push_back(slice.start);
        result_.slices.steps.push_back(slice.step);
        result_.slices.shape.push_back(slice.count);
        // Nothing is read where the view is empty; its start may lie outside.
        if (slice.count > 0) result_.offset += slice.start * array_.strides()[axis_];
        ++axis_;
    }

    const Array& array_;
    BasicIndex& result_;
    int axis_ = 0;
};

}  // namespace

int consumed_axes(const std::vector<ArrayIndex>& indices) {
    int consumed = 0;
    bool has_ellipsis = false;
    for (const ArrayIndex& index : indices) {
        switch (index.kind()) {
            case ArrayIndex::Kind::kInteger:
            case ArrayIndex::Kind::kSlice:
                ++consumed;
                break;
            case ArrayIndex::Kind::kNewAxis:
                break;
            case ArrayIndex::Kind::kEllipsis:
                if (has_ellipsis)
                    throw IndexError(
                        "index: there are two ellipses; expected at most one; write out one of "
                        "them as slices");
                has_ellipsis = true;
                break;
            case ArrayIndex::Kind::kArray:
                consumed += index.array().dtype() == DType::kBool ? index.array().ndim() : 1;
                break;
        }
    }
    return consumed;
}

void throw_too_many(const Array& array, const std::vector<ArrayIndex>& indices) {
    throw IndexError(
        fmt::format("index: {} axes of an array of shape {}; expected at most {} indices",
                    consumed_axes(indices),
                    to_string(array.shape()),
                    array.ndim()));
}

BasicIndex resolve_basic(const Array& array, const std::vector<ArrayIndex>& indices) {
    const int consumed = consumed_axes(indices);
    if (consumed > array.ndim()) throw_too_many(array, indices);
    BasicIndex result;
    BasicResolver resolver(array, result);
    int rest = array.ndim() - consumed;
    for (const ArrayIndex& index : indices) {
        switch (index.kind()) {
            case ArrayIndex::Kind::kInteger:
                resolver.integer(index.integer());
                break;
            case ArrayIndex::Kind::kSlice:
                resolver.slice(index.slice());
                break;
            case ArrayIndex::Kind::kNewAxis:
                resolver.new_axis();
                break;
            case ArrayIndex::Kind::kEllipsis:
                for (; rest > 0; --rest) resolver.whole_axis();
                break;
            case ArrayIndex::Kind::kArray:
                throw IndexError("index: an array is no basic index; expected integers and slices");
        }
    }
    for (; rest > 0; --rest) resolver.whole_axis();
    const int ndim = result.shape.size();
    if (ndim > kMaxNdim && ndim > array.ndim()) throw_too_many_dimensions(ndim);
    if (total_size(result.shape) == 0) result.offset = 0;
    return result;
}

Array raw_basic_view(const Array& array, const std::vector<ArrayIndex>& indices) {
    const BasicIndex index = resolve_basic(array, indices);
    return raw_view(array, index.shape, index.strides, index.offset);
}

Array basic_view(const Array& array, const std::vector<ArrayIndex>& indices) {
    const BasicIndex index = resolve_basic(array, indices);
    if (!array.is_connected_to_any())
        return raw_view(array, index.shape, index.strides, index.offset);
    const Array sliced = slice_view(array, index.slices);
    return index.keeps_axes ? sliced : sliced.reshape(index.shape);
}

}  // namespace chainerx::internal
