// Geometry that convolution and pooling share.
#include "ops/windows.h"

#include <algorithm>

#include <fmt/format.h>

#include "array/views.h"
#include "chainerx/error.h"
#include "device/device_state.h"

namespace chainerx::internal {

Dims per_axis(const char* op, const char* name, const Dims& given, int n, int64_t least) {
    if (given.size() != 1 && given.size() != n) {
        throw DimensionError(fmt::format(
            "{}: {} has {} values for {} spatial axes; expected one value or one per axis",
            op,
            name,
            given.size(),
            n));
    }
    const Dims values = given.size() == n ? given : Dims::filled(n, given[0]);
    for (int64_t value : values) {
        if (value < least) {
            throw ValueError(fmt::format(
                "{}: {} is {}; expected at least {}", op, name, to_string(values), least));
        }
    }
    return values;
}

Dims window_count(const char* op,
                  DimsView input,
                  DimsView kernel,
                  DimsView stride,
                  DimsView pad,
                  DimsView dilation,
                  bool cover_all) {
    Dims output;
    for (int i = 0; i < input.size(); ++i) {
        const int64_t reach = dilation[i] * (kernel[i] - 1) + 1;
        const int64_t slack = input[i] + 2 * pad[i] - reach;
        const int64_t count =
            slack < 0 ? 0 : (cover_all ? slack + stride[i] - 1 : slack) / stride[i] + 1;
        if (count <= 0) {
            throw DimensionError(
                fmt::format("{}: a window of {} elements does not fit into axis {} with {} "
                            "elements and a padding of {} on either "
                            "side; use a smaller kernel or dilation, or more padding",
                            op,
                            reach,
                            i + 2,
                            input[i],
                            pad[i]));
        }
        output.push_back(count);
    }
    return output;
}

Array pad_for_windows(const Array& x, const Windows& windows, const Scalar& value) {
    Shape padded = x.shape();
    Shape source_shape = x.shape();
    const int leading = x.ndim() - windows.kernel.size();
    bool fits = true;
    for (int i = 0; i < windows.kernel.size(); ++i) {
        const int64_t begin = windows.pad[i];
        const int64_t extent = x.shape()[leading + i];
        const int64_t reach = windows.output[i] == 0
                                  ? 0
                                  : windows.stride[i] * (windows.output[i] - 1) +
                                        windows.dilation[i] * (windows.kernel[i] - 1) + 1;
        fits = fits && begin == 0 && reach <= extent;
        padded[leading + i] = reach;
        source_shape[leading + i] = std::clamp<int64_t>(reach - begin, 0, extent);
    }
    if (fits) return raw_alias(x);

    const Array result = new_array(padded, x.dtype(), state_of(x.device()));
    fill_into(result, value);
    if (total_size(source_shape) == 0) return result;
    int64_t offset = 0;
    for (int i = 0; i < windows.kernel.size(); ++i)
        offset += windows.pad[i] * result.strides()[leading + i];
    copy_into(raw_view(result, source_shape, result.strides(), offset),
              raw_view(x, source_shape, x.strides()));
    return result;
}

Shape with_spatial(int64_t first, int64_t second, DimsView rest) {
    Shape shape{first, second};
    for (int64_t extent : rest) shape.push_back(extent);
    return shape;
}

Axes axis_range(int begin, int end) {
    Axes axes;
    for (int axis = begin; axis < end; ++axis) axes.push_back(axis);
    return axes;
}

void check_spatial(const char* op, const char* name, DimsView shape) {
    if (shape.size() < 3) {
        throw DimensionError(
            fmt::format("{}: {} has shape {}; expected (batch, channels, d1, ...) with at least "
                        "one spatial axis",
                        op,
                        name,
                        to_string(shape)));
    }
}

void check_per_axis(const OpDef& op, const char* name, int64_t count, int n) {
    if (count != n) {
        throw ValueError(
            fmt::format("{}: attribute {} has {} values; expected one for each of {} spatial axes",
                        op.name,
                        name,
                        count,
                        n));
    }
}

}  // namespace chainerx::internal
