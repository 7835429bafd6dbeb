// Windows as columns and back: unfold and fold, also known as im2col and col2im.
#include "chx/ops/indexing.h"
#include "chx/ops/manipulation.h"
#include "ops/index_arithmetic.h"
#include "ops/op_support.h"
#include "ops/windows.h"

namespace chainerx {

namespace {

struct Geometry {
    Dims kernel, stride, pad, dilation;
    Dims padded;  // spatial extents of the image with its padding
    Dims output;  // windows along each axis
};

Geometry geometry_of(const char* op,
                     DimsView image,
                     const Dims& ksize,
                     const Dims& stride,
                     const Dims& pad,
                     const Dims& dilate) {
    const int n = image.size();
    Geometry g{internal::per_axis(op, "ksize", ksize, n, 1),
               internal::per_axis(op, "stride", stride, n, 1),
               internal::per_axis(op, "pad", pad, n, 0),
               internal::per_axis(op, "dilate", dilate, n, 1),
               {},
               {}};
    for (int i = 0; i < n; ++i) g.padded.push_back(image[i] + 2 * g.pad[i]);
    g.output = internal::window_count(op, image, g.kernel, g.stride, g.pad, g.dilation, false);
    return g;
}

// (prod(kernel), prod(output)): the row-major index into the padded image of element k of window o.
Array element_indices(const Geometry& g, Device& device) {
    const int n = g.kernel.size();
    internal::LinearIndex flat;
    for (int i = 0; i < n; ++i) {
        Shape within = Shape::filled(2 * n, 1), window = within;
        within[i] = g.kernel[i];
        window[n + i] = g.output[i];
        const Array offsets = internal::index_range(0, g.dilation[i], g.kernel[i], device);
        const Array starts = internal::index_range(0, g.stride[i], g.output[i], device);
        flat.add_valid(add(offsets.reshape(within), starts.reshape(window)), g.padded[i]);
    }
    return flat.finish().reshape({total_size(g.kernel), total_size(g.output)});
}

// The part of the padded image that is the image; starts, steps and shape along (N, C, d1, ...).
internal::SliceAttrs inner_part(DimsView shape, const Geometry& g) {
    internal::SliceAttrs part{Dims::filled(shape.size(), 0), Dims::filled(shape.size(), 1), shape};
    for (int i = 0; i < g.pad.size(); ++i) part.starts[i + 2] = g.pad[i];
    return part;
}

Array padded_image(const Array& x, const Geometry& g) {
    const internal::SliceAttrs part = inner_part(x.shape(), g);
    const Shape shape = internal::with_spatial(x.shape()[0], x.shape()[1], g.padded);
    auto attrs = internal::make_attrs<chx_attrs_unslice>();
    internal::set_attr(attrs.n_starts, attrs.starts, part.starts);
    internal::set_attr(attrs.n_steps, attrs.steps, part.steps);
    internal::set_attr(attrs.n_shape, attrs.shape, shape);
    return internal::call(internal::kOps[internal::kOpUnslice], {x}, &attrs);
}

}  // namespace

Array unfold(
    const Array& x, const Dims& ksize, const Dims& stride, const Dims& pad, const Dims& dilate) {
    internal::check_spatial("unfold", "x", x.shape());
    const Geometry g =
        geometry_of("unfold", internal::spatial(x.shape()), ksize, stride, pad, dilate);
    const int64_t n = x.shape()[0], n_channels = x.shape()[1];
    const Array flat = padded_image(x, g).reshape({n, n_channels, total_size(g.padded)});
    const Array columns = take(flat, element_indices(g, x.device()), 2);
    return columns.reshape({n, n_channels * total_size(g.kernel), total_size(g.output)});
}

Array fold(const Array& x,
           const Dims& output_size,
           const Dims& ksize,
           const Dims& stride,
           const Dims& pad,
           const Dims& dilate) {
    const Geometry g = geometry_of("fold", output_size, ksize, stride, pad, dilate);
    const int64_t n_elements = total_size(g.kernel), n_windows = total_size(g.output);
    if (x.ndim() != 3 || x.shape()[1] % n_elements != 0 || x.shape()[2] != n_windows) {
        throw DimensionError(
            fmt::format("fold: x has shape {}; expected (N, C * {}, {}): the elements of a window, "
                        "and how many "
                        "windows there are in output_size {}",
                        to_string(x.shape()),
                        n_elements,
                        n_windows,
                        to_string(output_size)));
    }
    const int64_t n = x.shape()[0], n_channels = x.shape()[1] / n_elements;
    auto attrs = internal::make_attrs<chx_attrs_scatter_add>();
    attrs.axis = 2;
    attrs.mode = CHX_TAKE_MODE_RAISE;
    const Array start = zeros({n, n_channels, total_size(g.padded)}, x.dtype(), &x.device());
    const Array sums = internal::call(
        internal::kOps[internal::kOpScatterAdd],
        {start, element_indices(g, x.device()), x.reshape({n, n_channels, n_elements, n_windows})},
        &attrs);
    const Array image = sums.reshape(internal::with_spatial(n, n_channels, g.padded));
    return internal::slice_view(image,
                                inner_part(internal::with_spatial(n, n_channels, output_size), g));
}

}  // namespace chainerx
