// Reductions over axes: functions, gradients, decompositions.
#include "chx/ops/reduction.h"

#include <algorithm>

#include "ops/op_support.h"
#include "ops/reduced_axes.h"

namespace chainerx::internal {

Axes reduced_axes(const char* op, const std::optional<Axes>& axis, int ndim) {
    Axes axes;
    if (!axis) {
        axes.resize(ndim);
        for (int i = 0; i < ndim; ++i) axes[i] = i;
        return axes;
    }
    axes = normalize_axes(op, *axis, ndim);
    std::sort(axes.begin(), axes.end());
    return axes;
}

int64_t reduced_count(DimsView shape, DimsView axes) {
    int64_t count = 1;
    for (const int64_t axis : axes) count *= shape[static_cast<int>(axis)];
    return count;
}

Shape shape_with_kept_axes(DimsView shape, DimsView axes) {
    Shape kept = shape;
    for (const int64_t axis : axes) kept[static_cast<int>(axis)] = 1;
    return kept;
}

namespace {

template <typename Attrs>
Array reduce(const OpDef& op, const Array& a, const std::optional<Axes>& axis, bool keepdims) {
    Attrs attrs = make_attrs<Attrs>();
    set_attr(attrs.n_axes, attrs.axes, reduced_axes(op.name, axis, a.ndim()));
    attrs.keepdims = keepdims;
    return call(op, {a}, &attrs);
}

template <typename Attrs>
DimsView axes_of(const Attrs& attrs) {
    return {attrs.axes, static_cast<int>(attrs.n_axes)};
}

// reduced, a result or its gradient, with the reduced axes put back as extents of 1.
template <typename Attrs>
Array with_kept_axes(const Array& reduced, const Attrs& attrs, DimsView input_shape) {
    if (attrs.keepdims != 0 || reduced.ndim() == 0)
        return reduced;  // which broadcasts to any shape
    return reshape(reduced, shape_with_kept_axes(input_shape, axes_of(attrs)));
}

// The greatest or least of no elements does not exist.
void require_elements(const char* op, const Array& a, const std::optional<Axes>& axis) {
    if (a.size() != 0) return;
    const Axes axes = reduced_axes(op, axis, a.ndim());
    if (reduced_count(a.shape(), axes) != 0) return;
    throw DimensionError(fmt::format(
        "{}: array of shape {} has no elements along the axes {}; expected at least one",
        op,
        to_string(a.shape()),
        to_string(axes)));
}

}  // namespace

void gradient_sum(GradientContext& c) {
    const DimsView shape = c.input_shape(0);
    c.set(0, broadcast_to(with_kept_axes(c.grad(), c.attrs<chx_attrs_sum>(), shape), shape));
}

void gradient_mean(GradientContext& c) {
    const auto& attrs = c.attrs<chx_attrs_mean>();
    const DimsView shape = c.input_shape(0);
    const Array share = divide(c.grad(), reduced_count(shape, axes_of(attrs)));
    c.set(0, broadcast_to(with_kept_axes(share, attrs, shape), shape));
}

void decompose_mean(const Operand* inputs, int, const void* attributes, Array* outputs) {
    const auto& attrs = *static_cast<const chx_attrs_mean*>(attributes);
    const Array x = array_of(inputs[0]);
    const bool is_half = x.dtype() == DType::kFloat16 || x.dtype() == DType::kBFloat16;
    const Array total =
        sum(is_half ? astype(x, DType::kFloat32) : x, Axes(axes_of(attrs)), attrs.keepdims != 0);
    outputs[0] = astype(divide(total, reduced_count(x.shape(), axes_of(attrs))), x.dtype(), false);
}

namespace {

// The gradient goes to the extreme elements, in equal shares.
template <typename Attrs>
void set_extremum_gradient(GradientContext& c) {
    const Attrs& attrs = c.attrs<Attrs>();
    const Array x = array_of(c.input(0));
    const Array is_extreme = equal(x, with_kept_axes(c.output(0), attrs, x.shape()));
    const Array count = sum(is_extreme, Axes(axes_of(attrs)), true);
    const Array share = divide(with_kept_axes(c.grad(), attrs, x.shape()), count);
    c.set(0, where(is_extreme, share, 0));
}

Array columns(const Array& matrix, int64_t begin, int64_t count) {
    return slice_view(matrix, {{0, begin}, {1, 1}, {matrix.shape()[0], count}});
}

// Element (i, j): the product of row i without its element j. By halves: a product of pairs has
// half the columns, and what it leaves out times the partner is what an element leaves out. No
// division, so that zeros are no special case in any order of derivatives.
Array products_of_others(const Array& x) {
    const int64_t n = x.shape()[1];
    if (n <= 1) return ones_like(x);
    const int64_t half = n / 2;
    const int64_t rest = n - 2 * half;
    const Array left = columns(x, 0, half);
    const Array right = columns(x, half, half);
    Array pairs = multiply(left, right);
    if (rest != 0) pairs = concatenate({pairs, columns(x, 2 * half, rest)}, 1);
    const Array others = products_of_others(pairs);
    const Array others_of_pairs = rest != 0 ? columns(others, 0, half) : others;
    std::vector<Array> parts{multiply(others_of_pairs, right), multiply(others_of_pairs, left)};
    if (rest != 0) parts.push_back(columns(others, half, rest));
    return concatenate(parts, 1);
}

}  // namespace

void gradient_prod(GradientContext& c) {
    const auto& attrs = c.attrs<chx_attrs_prod>();
    const Array x = array_of(c.input(0));
    const DimsView reduced = axes_of(attrs);
    // Kept axes first, so that a reshape makes rows of what is multiplied.
    Axes order;
    for (int i = 0; i < x.ndim(); ++i) {
        if (std::find(reduced.begin(), reduced.end(), i) == reduced.end()) order.push_back(i);
    }
    for (const int64_t axis : reduced) order.push_back(axis);
    Axes inverse = order;
    for (int i = 0; i < order.size(); ++i) inverse[static_cast<int>(order[i])] = i;

    const int64_t n = reduced_count(x.shape(), reduced);
    const Array rows = transpose(x, order);
    const Array others = products_of_others(reshape(rows, {n == 0 ? 0 : x.size() / n, n}));
    const Array gradient = with_kept_axes(c.grad(), attrs, x.shape());
    c.set(0, multiply(gradient, transpose(reshape(others, rows.shape()), inverse)));
}

void gradient_max(GradientContext& c) { set_extremum_gradient<chx_attrs_max>(c); }

void gradient_min(GradientContext& c) { set_extremum_gradient<chx_attrs_min>(c); }

namespace {

template <typename From, typename To>
Array reduce_truth(const Array& x, const void* attrs, const OpDef& op, bool of_nothing) {
    const From& from = *static_cast<const From*>(attrs);
    const DimsView axes = axes_of(from);
    if (reduced_count(x.shape(), axes) == 0) {
        const Shape kept = shape_with_kept_axes(x.shape(), axes);
        const Array result = full(kept, of_nothing, DType::kBool, &x.device());
        return from.keepdims != 0 ? result : squeeze(result, Axes(axes));
    }
    To to = make_attrs<To>();
    set_attr(to.n_axes, to.axes, axes);
    to.keepdims = from.keepdims;
    return call(op, {x.dtype() == DType::kBool ? x : not_equal(x, 0)}, &to);
}

}  // namespace

void decompose_any(const Operand* inputs, int, const void* attrs, Array* outputs) {
    const Array x = array_of(inputs[0]);
    outputs[0] = reduce_truth<chx_attrs_any, chx_attrs_max>(x, attrs, kOps[kOpMax], false);
}

void decompose_all(const Operand* inputs, int, const void* attrs, Array* outputs) {
    const Array x = array_of(inputs[0]);
    outputs[0] = reduce_truth<chx_attrs_all, chx_attrs_min>(x, attrs, kOps[kOpMin], true);
}

namespace {

template <typename Attrs>
Array find_extremum(const OpDef& op, const Array& a, std::optional<int64_t> axis, bool keepdims) {
    if (axis) {
        const Axes axes{*axis};
        require_elements(op.name, a, axes);
        return reduce<Attrs>(op, a, axes, keepdims);
    }
    require_elements(op.name, a, std::nullopt);
    const Array index = reduce<Attrs>(op, ravel(a), Axes{0}, false);
    return keepdims ? reshape(index, Shape::filled(a.ndim(), 1)) : index;
}

// Out of line, for the calls that name no dtype.
template <typename Reduce>
[[gnu::noinline]] Array reduced_in(const Reduce& reduce,
                                   const Array& a,
                                   const std::optional<Axes>& axis,
                                   bool keepdims,
                                   DType dtype) {
    return astype(reduce(astype(a, dtype, false), axis, keepdims, std::nullopt), dtype, false);
}

}  // namespace

}  // namespace chainerx::internal

namespace chainerx {

using internal::kOps;

Array sum(const Array& a,
          const std::optional<Axes>& axis,
          bool keepdims,
          std::optional<DType> dtype) {
    if (dtype) return internal::reduced_in(sum, a, axis, keepdims, *dtype);
    return internal::reduce<chx_attrs_sum>(kOps[internal::kOpSum], a, axis, keepdims);
}

Array mean(const Array& a, const std::optional<Axes>& axis, bool keepdims) {
    if (is_inexact(a.dtype()))
        return internal::reduce<chx_attrs_mean>(kOps[internal::kOpMean], a, axis, keepdims);
    const Axes axes = internal::reduced_axes("mean", axis, a.ndim());
    return divide(sum(a, axes, keepdims), internal::reduced_count(a.shape(), axes));
}

Array prod(const Array& a,
           const std::optional<Axes>& axis,
           bool keepdims,
           std::optional<DType> dtype) {
    if (dtype) return internal::reduced_in(prod, a, axis, keepdims, *dtype);
    return internal::reduce<chx_attrs_prod>(kOps[internal::kOpProd], a, axis, keepdims);
}

Array max(const Array& a, const std::optional<Axes>& axis, bool keepdims) {
    internal::require_elements("max", a, axis);
    return internal::reduce<chx_attrs_max>(kOps[internal::kOpMax], a, axis, keepdims);
}

Array min(const Array& a, const std::optional<Axes>& axis, bool keepdims) {
    internal::require_elements("min", a, axis);
    return internal::reduce<chx_attrs_min>(kOps[internal::kOpMin], a, axis, keepdims);
}

Array any(const Array& a, const std::optional<Axes>& axis, bool keepdims) {
    return internal::reduce<chx_attrs_any>(kOps[internal::kOpAny], a, axis, keepdims);
}

Array all(const Array& a, const std::optional<Axes>& axis, bool keepdims) {
    return internal::reduce<chx_attrs_all>(kOps[internal::kOpAll], a, axis, keepdims);
}

Array argmax(const Array& a, std::optional<int64_t> axis, bool keepdims) {
    return internal::find_extremum<chx_attrs_argmax>(kOps[internal::kOpArgmax], a, axis, keepdims);
}

Array argmin(const Array& a, std::optional<int64_t> axis, bool keepdims) {
    return internal::find_extremum<chx_attrs_argmin>(kOps[internal::kOpArgmin], a, axis, keepdims);
}

}  // namespace chainerx
