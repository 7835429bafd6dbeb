// Indexing by one integer or one slice without the general machinery, for arrays outside of every graph.
#include "chainerx/detail/first_axis.h"

#include <algorithm>

#include "array/views.h"

namespace chainerx::internal {
namespace {

bool is_plain(const Array& array) { return array.ndim() > 0 && !array.is_connected_to_any(); }

}  // namespace

Array at_first_axis(const Array& array, int64_t index) {
    const int64_t extent = array.ndim() > 0 ? array.shape()[0] : 0;
    if (!is_plain(array) || index < -extent || index >= extent)
        return array.at({ArrayIndex(index)});
    if (index < 0) index += extent;
    const int rest = array.ndim() - 1;
    const bool is_empty = array.size() == 0;
    return raw_view(array,
                    {array.shape().data() + 1, rest},
                    {array.strides().data() + 1, rest},
                    is_empty ? 0 : index * array.strides()[0]);
}

Array at_first_axis(const Array& array, const Slice& slice) {
    const int64_t step = slice.step.value_or(1);
    if (!is_plain(array) || step < 1) return array.at({ArrayIndex(slice)});
    const int64_t extent = array.shape()[0];
    const auto clip = [extent](int64_t i) {
        return std::clamp<int64_t>(i < 0 ? i + extent : i, 0, extent);
    };
    const int64_t start = slice.start ? clip(*slice.start) : 0;
    const int64_t stop = slice.stop ? clip(*slice.stop) : extent;
    // (stop - start) / step, rounded up; the step may be so large that adding it would overflow.
    const int64_t count = stop <= start ? 0
                          : step == 1   ? stop - start
                                        : (stop - start - 1) / step + 1;
    return raw_part(array, start, count, step <= extent ? step : 1);
}

}  // namespace chainerx::internal
