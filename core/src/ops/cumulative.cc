// Partial sums and products along an axis, and differences, their inverse.
#include "chx/ops/reduction.h"
#include "dispatch/type_rules.h"
#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx {
namespace internal {
namespace {

Array partial_sums(const Array& a, int64_t axis) {
    auto attrs = make_attrs<chx_attrs_cumsum>();
    attrs.axis = axis;
    return call(kOps[kOpCumsum], {a}, &attrs);
}

Array partial_products(const Array& a, int64_t axis) {
    auto attrs = make_attrs<chx_attrs_cumprod>();
    attrs.axis = axis;
    return call(kOps[kOpCumprod], {a}, &attrs);
}

Array sums_from_the_end(const Array& a, int64_t axis) {
    return flip(partial_sums(flip(a, Axes{axis}), axis), Axes{axis});
}

Array accumulate(const char* op,
                 Array (*along)(const Array&, int64_t),
                 const Array& x,
                 std::optional<int64_t> axis,
                 std::optional<DType> dtype,
                 std::optional<int> initial) {
    if (!axis && x.ndim() != 1) {
        throw ValueError(
            fmt::format("{}: an array of shape {} and no axis were given; give the axis",
                        op,
                        to_string(x.shape())));
    }
    const int at = normalize_axis(op, axis.value_or(0), x.ndim());
    const Array y = along(dtype ? astype(x, *dtype, false) : x, at);
    const Array result = dtype ? astype(y, *dtype, false) : y;
    if (!initial) return result;
    Shape shape = x.shape();
    shape[at] = 1;
    return concatenate({full(shape, *initial, result.dtype(), &result.device()), result}, at);
}

// The gradient of partial products without a division, so that it has a right gradient itself, zeros or not: the product before i
// times S_i = g_i + x_(i+1) S_(i+1), whose steps double in width (Blelloch, "Prefix sums and their applications", 1990).
Array differentiable_gradient(const Array& x, const Array& g, int axis) {
    const int64_t n = x.shape()[axis];
    if (n < 2) return g;
    Shape one = x.shape();
    one[axis] = 1;
    Array sums = g;
    Array factors =
        concatenate({part_of(x, axis, 1, n - 1), zeros(one, x.dtype(), &x.device())}, axis);
    for (int64_t d = 1; d < n; d *= 2) {
        const auto near = [&](const Array& a) { return part_of(a, axis, 0, n - d); };
        const auto far = [&](const Array& a) { return part_of(a, axis, d, n - d); };
        sums = concatenate(
            {add(near(sums), multiply(near(factors), far(sums))), part_of(sums, axis, n - d, d)},
            axis);
        // The last d have a factor of zero already.
        factors = concatenate(
            {multiply(near(factors), far(factors)), part_of(factors, axis, n - d, d)}, axis);
    }
    const Array before = concatenate(
        {ones(one, x.dtype(), &x.device()), part_of(partial_products(x, axis), axis, 0, n - 1)},
        axis);
    return multiply(before, sums);
}

}  // namespace

void infer_cumsum(InferContext& c) { c.set(0, c.shape(0)); }

void gradient_cumsum(GradientContext& c) {
    c.set(0, sums_from_the_end(c.grad(), c.attrs<chx_attrs_cumsum>().axis));
}

void infer_cumprod(InferContext& c) { c.set(0, c.shape(0)); }

// After the step of width d each element is the product of the 2d up to it (Hillis and Steele, Comm. ACM 29, 1986).
void decompose_cumprod(const Operand* inputs, int, const void* attrs, Array* outputs) {
    const auto axis = static_cast<int>(static_cast<const chx_attrs_cumprod*>(attrs)->axis);
    const Array x = array_of(inputs[0]);
    const DType result = result_dtype(kOps[kOpCumprod], 0, x.dtype(), attrs);
    const bool is_half = is_inexact(x.dtype()) && itemsize(x.dtype()) == 2;
    Array y = astype(x, is_half ? DType::kFloat32 : result, false);
    const int64_t n = x.shape()[axis];
    for (int64_t d = 1; d < n; d *= 2) {
        const auto part = [&](int64_t start, int64_t extent) {
            return slice_view(y, part_along(y.shape(), axis, start, extent));
        };
        y = concatenate({part(0, d), multiply(part(d, n - d), part(0, n - d))}, axis);
    }
    outputs[0] = astype(y, result, false);
}

// Before the first zero: the sum of g * y from there on, divided by x. At that zero, x / x stands for 1. Beyond it: nothing, for
// the zero stays a factor.
void gradient_cumprod(GradientContext& c) {
    const int64_t axis = c.attrs<chx_attrs_cumprod>().axis;
    const Array x = array_of(c.input(0));
    if (c.is_recording()) {
        c.set(0, differentiable_gradient(x, c.grad(), static_cast<int>(axis)));
        return;
    }
    const Array is_zero = equal(x, 0);
    const Array zeros_so_far = partial_sums(is_zero, axis);
    const Array is_first = logical_and(is_zero, equal(zeros_so_far, 1));
    const Array filled = where(is_first, 1, x);
    const auto weighted = [&](const Array& factors) {
        return sums_from_the_end(multiply(c.grad(), partial_products(factors, axis)), axis);
    };
    const Array before = divide(weighted(x), where(is_zero, 1, x));
    c.set(0, where(is_first, weighted(filled), where(equal(zeros_so_far, 0), before, 0)));
}

}  // namespace internal

Array cumsum(const Array& a, std::optional<int64_t> axis) {
    if (!axis) return internal::partial_sums(ravel(a), 0);
    return internal::partial_sums(a, normalize_axis("cumsum", *axis, a.ndim()));
}

Array cumprod(const Array& a, std::optional<int64_t> axis) {
    if (!axis) return internal::partial_products(ravel(a), 0);
    return internal::partial_products(a, normalize_axis("cumprod", *axis, a.ndim()));
}

Array cumulative_sum(const Array& x,
                     std::optional<int64_t> axis,
                     std::optional<DType> dtype,
                     bool include_initial) {
    return internal::accumulate("cumulative_sum",
                                internal::partial_sums,
                                x,
                                axis,
                                dtype,
                                include_initial ? std::optional(0) : std::nullopt);
}

Array cumulative_prod(const Array& x,
                      std::optional<int64_t> axis,
                      std::optional<DType> dtype,
                      bool include_initial) {
    return internal::accumulate("cumulative_prod",
                                internal::partial_products,
                                x,
                                axis,
                                dtype,
                                include_initial ? std::optional(1) : std::nullopt);
}

Array diff(const Array& a, int64_t n, int64_t axis, const Array& prepend, const Array& append) {
    if (n < 0) throw ValueError(fmt::format("diff: n is {}; expected 0 or more", n));
    const int at = normalize_axis("diff", axis, a.ndim());
    std::vector<Array> pieces;
    if (!prepend.is_null()) pieces.push_back(prepend);
    pieces.push_back(a);
    if (!append.is_null()) pieces.push_back(append);
    Array values = pieces.size() == 1 ? a : concatenate(pieces, at);
    const bool is_bool = values.dtype() == DType::kBool;
    for (int64_t i = 0; i < n && values.shape()[at] > 0; ++i) {
        const int64_t rest = values.shape()[at] - 1;
        const auto from = [&](int64_t start) {
            return internal::slice_view(values,
                                        internal::part_along(values.shape(), at, start, rest));
        };
        const Array later = from(rest == 0 ? 0 : 1);
        const Array earlier = from(0);
        values = is_bool ? not_equal(later, earlier) : subtract(later, earlier);
    }
    return values;
}

}  // namespace chainerx
