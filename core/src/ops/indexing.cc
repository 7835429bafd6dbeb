// Elements picked by condition or by index.
#include "chx/ops/indexing.h"

#include "ops/index_arithmetic.h"
#include "ops/op_support.h"

namespace chainerx {
namespace internal {
namespace {

// shape with the extents of indices in the place of axis.
Shape replace_axis(DimsView shape, int64_t axis, DimsView indices) {
    Shape replaced{DimsView(shape.data(), static_cast<int>(axis))};
    for (int64_t extent : indices) replaced.push_back(extent);
    for (int i = static_cast<int>(axis) + 1; i < shape.size(); ++i) replaced.push_back(shape[i]);
    return replaced;
}

void check_axis(const OpDef& op, int64_t axis, DimsView shape) {
    if (axis < 0 || axis >= shape.size()) {
        throw DimensionError(fmt::format("{}: axis {} of an array of shape {}; expected 0 to {}",
                                         op.name,
                                         axis,
                                         to_string(shape),
                                         shape.size() - 1));
    }
}

// Of scatter and scatter_add, whose attributes are alike.
void infer_scattered(InferContext& context, int64_t axis) {
    const DimsView x = context.shape(0);
    check_axis(context.op(), axis, x);
    const Shape expected = replace_axis(x, axis, context.shape(1));
    if (context.shape(2) != DimsView(expected)) {
        throw DimensionError(
            fmt::format("{}: updates have shape {}; expected {} for x of shape {} and indices of "
                        "shape {} along axis {}",
                        context.op().name,
                        to_string(context.shape(2)),
                        to_string(expected),
                        to_string(x),
                        to_string(context.shape(1)),
                        axis));
    }
    context.set(0, x);
}

Array call_take(const Array& x, const Array& indices, int64_t axis, int32_t mode) {
    auto attrs = make_attrs<chx_attrs_take>();
    attrs.axis = axis;
    attrs.mode = mode;
    try {
        return call(kOps[kOpTake], {x, indices}, &attrs);
    } catch (const ValueError& error) {
        throw IndexError(error.what());  // the only thing that take finds invalid
    }
}

}  // namespace

void gradient_where(GradientContext& context) {
    const Operand condition = context.input(0);
    const Array& g = context.grad();
    if (context.wants(1)) context.set(1, where(condition, g, 0));
    if (context.wants(2)) context.set(2, where(condition, 0, g));
}

void infer_take(InferContext& context) {
    const int64_t axis = context.attrs<chx_attrs_take>().axis;
    check_axis(context.op(), axis, context.shape(0));
    context.set(0, replace_axis(context.shape(0), axis, context.shape(1)));
}

void gradient_take(GradientContext& context) {
    const auto& attrs = context.attrs<chx_attrs_take>();
    const Array& g = context.grad();
    auto scatter_attrs = make_attrs<chx_attrs_scatter_add>();
    scatter_attrs.axis = attrs.axis;
    scatter_attrs.mode = attrs.mode;
    const Array start = zeros(context.input_shape(0), g.dtype(), &g.device());
    context.set(0, call(kOps[kOpScatterAdd], {start, context.input(1), g}, &scatter_attrs));
}

void infer_scatter_add(InferContext& context) {
    infer_scattered(context, context.attrs<chx_attrs_scatter_add>().axis);
}

void gradient_scatter_add(GradientContext& context) {
    const auto& attrs = context.attrs<chx_attrs_scatter_add>();
    const Array& g = context.grad();
    context.set(0, g);
    if (context.wants(2))
        context.set(2, call_take(g, array_of(context.input(1)), attrs.axis, attrs.mode));
}

void infer_scatter(InferContext& context) {
    infer_scattered(context, context.attrs<chx_attrs_scatter>().axis);
}

void infer_nonzero(InferContext& context) {
    const DimsView x = context.shape(0);
    context.set(0, {total_size(x), x.size()});
    context.set(1, {});
}

}  // namespace internal

Array take(const Array& a,
           const Array& indices,
           std::optional<int64_t> axis,
           std::string_view mode) {
    internal::check_index_dtype("take", indices, true);
    int32_t code = CHX_TAKE_MODE_RAISE;
    if (mode == "wrap") {
        code = CHX_TAKE_MODE_WRAP;
    } else if (mode == "clip") {
        code = CHX_TAKE_MODE_CLIP;
    } else if (!mode.empty() && mode != "raise") {
        throw ValueError(
            fmt::format("take: mode is '{}'; expected 'raise', 'wrap' or 'clip'", mode));
    }
    if (!axis.has_value()) return internal::call_take(a.reshape({a.size()}), indices, 0, code);
    return internal::call_take(a, indices, normalize_axis("take", *axis, a.ndim()), code);
}

Array take_along_axis(const Array& arr, const Array& indices, int64_t axis) {
    internal::check_index_dtype("take_along_axis", indices);
    if (arr.ndim() != indices.ndim() || arr.ndim() == 0) {
        throw DimensionError(
            fmt::format("take_along_axis: arr has shape {} and indices have shape {}; expected as "
                        "many dimensions, at least 1",
                        to_string(arr.shape()),
                        to_string(indices.shape())));
    }
    const int along = normalize_axis("take_along_axis", axis, arr.ndim());
    Shape arr_rest = arr.shape();
    Shape indices_rest = indices.shape();
    arr_rest[along] = indices_rest[along] = 1;
    Shape shape = broadcast_shapes("take_along_axis", arr_rest, indices_rest);
    shape[along] = indices.shape()[along];

    // The flat index of every element: along the other axes its own place, or 0 where arr is
    // broadcast.
    internal::LinearIndex flat;
    for (int i = 0; i < arr.ndim(); ++i) {
        const int64_t extent = arr.shape()[i];
        if (i == along) {
            flat.add(indices, extent);
        } else if (extent != 1) {
            Shape place = Dims::filled(arr.ndim(), 1);
            place[i] = extent;
            flat.add_valid(internal::index_range(0, 1, extent, arr.device()).reshape(place),
                           extent);
        }
    }
    Array index = flat.finish();
    if (index.shape() != DimsView(shape)) index = broadcast_to(index, shape);
    return internal::call_take(arr.reshape({arr.size()}), index, 0, CHX_TAKE_MODE_RAISE);
}

std::vector<Array> nonzero(const Array& a) {
    if (a.ndim() == 0) {
        throw DimensionError(
            "nonzero: a has no dimensions; expected at least one; use reshape(1) first");
    }
    const Operand operand(a);
    Array outputs[2];
    internal::dispatch(internal::kOps[internal::kOpNonzero], &operand, 1, nullptr, outputs);
    const auto count = static_cast<int64_t>(outputs[1].item());
    std::vector<Array> indices;
    indices.reserve(static_cast<size_t>(a.ndim()));
    for (int64_t axis = 0; axis < a.ndim(); ++axis) {
        // A copy, as the array that the kernel filled has room for every element of a.
        indices.push_back(
            internal::raw_view(outputs[0], {count}, {a.ndim()}, count == 0 ? 0 : axis).copy());
    }
    return indices;
}

Array count_nonzero(const Array& a, const std::optional<Axes>& axis, bool keepdims) {
    return sum(a.dtype() == DType::kBool ? a.as_grad_stopped() : not_equal(a, 0), axis, keepdims);
}

}  // namespace chainerx
