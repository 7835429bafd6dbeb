// Sorting, searching in what is sorted, and sets of elements.
#include "chx/ops/sorting.h"

#include "dispatch/type_rules.h"
#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx {
namespace internal {
namespace {

template <typename Attrs>
Array call_sort(const OpDef& op, const Array& a, int axis, bool is_descending) {
    auto attrs = make_attrs<Attrs>();
    attrs.axis = axis;
    attrs.descending = is_descending;
    return call(op, {a}, &attrs);
}

Array sort_along(const Array& a, int axis, bool is_descending) {
    return call_sort<chx_attrs_sort>(kOps[kOpSort], a, axis, is_descending);
}

Array argsort_along(const Array& a, int axis, bool is_descending) {
    return call_sort<chx_attrs_argsort>(kOps[kOpArgsort], a, axis, is_descending);
}

// Of sorted elements: which ones differ from that before them, or are the first.
Array starts_of_runs(const Array& sorted, bool equal_nan) {
    const int64_t n = sorted.size();
    if (n == 0) return zeros({0}, DType::kBool, &sorted.device());
    const Array later = part_of(sorted, 0, 1, n - 1);
    const Array earlier = part_of(sorted, 0, 0, n - 1);
    Array differs = not_equal(later, earlier);
    if (equal_nan)
        differs = logical_and(differs, logical_not(logical_and(isnan(later), isnan(earlier))));
    return concatenate({ones({1}, DType::kBool, &sorted.device()), differs}, 0);
}

void check_kth(const char* op,
               const Array& a,
               const std::vector<int64_t>& kth,
               std::optional<int64_t> axis) {
    const int64_t n = axis ? a.shape()[normalize_axis(op, *axis, a.ndim())] : a.size();
    for (const int64_t k : kth) {
        if (k >= -n && k < n) continue;
        throw ValueError(
            fmt::format("{}: kth is {} of {} elements; expected {} to {}", op, k, n, -n, n - 1));
    }
}

Array scalar_beside(const Scalar& scalar, const Array& array) {
    return full({}, scalar, promote_with_scalar(array.dtype(), scalar.kind()), &array.device());
}

}  // namespace

void infer_sort(InferContext& c) { c.set(0, c.shape(0)); }
void infer_argsort(InferContext& c) { c.set(0, c.shape(0)); }

void infer_searchsorted(InferContext& c) {
    if (c.shape(0).size() != 1) {
        throw DimensionError(fmt::format("searchsorted: x1 has shape {}; expected one dimension",
                                         to_string(c.shape(0))));
    }
    c.set(0, c.shape(1));
}

void gradient_sort(GradientContext& c) {
    const auto& attrs = c.attrs<chx_attrs_sort>();
    const auto axis = static_cast<int>(attrs.axis);
    const Array order = argsort_along(array_of(c.input(0)), axis, attrs.descending != 0);
    c.set(0, take_along_axis(c.grad(), argsort_along(order, axis, false), axis));
}

}  // namespace internal

using internal::array_of;

Array sort(const Array& a, std::optional<int64_t> axis, bool descending, bool) {
    if (!axis) return internal::sort_along(ravel(a), 0, descending);
    return internal::sort_along(a, normalize_axis("sort", *axis, a.ndim()), descending);
}

Array argsort(const Array& a, std::optional<int64_t> axis, bool descending, bool) {
    if (!axis) return internal::argsort_along(ravel(a), 0, descending);
    return internal::argsort_along(a, normalize_axis("argsort", *axis, a.ndim()), descending);
}

Array partition(const Array& a, const std::vector<int64_t>& kth, std::optional<int64_t> axis) {
    internal::check_kth("partition", a, kth, axis);
    return sort(a, axis);
}

Array argpartition(const Array& a, const std::vector<int64_t>& kth, std::optional<int64_t> axis) {
    internal::check_kth("argpartition", a, kth, axis);
    return argsort(a, axis);
}

Array lexsort(const std::vector<Array>& keys, int64_t axis) {
    if (keys.empty()) throw ValueError("lexsort: no keys were given; expected at least one");
    Array order;
    for (const Array& key : keys) {
        if (key.shape() != keys[0].shape()) {
            throw DimensionError(
                fmt::format("lexsort: keys of shapes {} and {} were given; expected equal shapes",
                            to_string(keys[0].shape()),
                            to_string(key.shape())));
        }
        const int along = normalize_axis("lexsort", axis, key.ndim());
        // The order so far stays among equal elements.
        const Array next =
            argsort(order.is_null() ? key : take_along_axis(key, order, along), along);
        order = order.is_null() ? next : take_along_axis(order, next, along);
    }
    return order;
}

std::vector<Array> topk(const Array& a, int64_t k, int64_t axis, bool largest) {
    const int along = normalize_axis("topk", axis, a.ndim());
    if (k < 0 || k > a.shape()[along]) {
        throw ValueError(fmt::format("topk: k is {} along axis {} of shape {}; expected 0 to {}",
                                     k,
                                     axis,
                                     to_string(a.shape()),
                                     a.shape()[along]));
    }
    const Array order = internal::argsort_along(a, along, largest);
    const Array indices = copy(internal::part_of(order, along, 0, k));
    return {take_along_axis(a, indices, along), indices};
}

Array sort_complex(const Array& a) {
    const bool is_wide = a.dtype() == DType::kFloat64 || a.dtype() == DType::kComplex128;
    return sort(astype(a, is_wide ? DType::kComplex128 : DType::kComplex64, false), -1);
}

Array searchsorted(const Array& x1, const Operand& x2, std::string_view side, const Array& sorter) {
    if (side != "left" && side != "right") {
        throw ValueError(
            fmt::format("searchsorted: side is '{}'; expected 'left' or 'right'", side));
    }
    const Array sorted = sorter.is_null() ? x1 : take(x1, sorter, 0);
    const Array values =
        x2.is_scalar() ? internal::scalar_beside(x2.scalar(), sorted) : array_of(x2);
    auto attrs = internal::make_attrs<chx_attrs_searchsorted>();
    attrs.right = side == "right";
    return internal::call(internal::kOps[internal::kOpSearchsorted], {sorted, values}, &attrs);
}

Array isin(const Operand& x1, const Operand& x2, bool invert) {
    const auto inverted = [&](const Array& found) { return invert ? logical_not(found) : found; };
    if (x2.is_scalar()) return inverted(equal(x1, x2));
    const Array table = ravel(array_of(x2));
    if (x1.is_scalar()) return inverted(any(equal(x1, table)));
    const Array values = array_of(x1);
    if (table.size() == 0) return full(values.shape(), invert, DType::kBool, &values.device());
    const DType dtype = promote_types(values.dtype(), table.dtype());
    if (kind(dtype) == DTypeKind::kComplex)
        return inverted(any(equal(expand_dims(values, {-1}), table), Axes{-1}));
    const Array sorted = sort(astype(table, dtype, false), 0);
    const Array wanted = astype(values, dtype, false);
    const Array place = minimum(searchsorted(sorted, wanted), sorted.size() - 1);
    return inverted(equal(take(sorted, place, 0), wanted));
}

Array unique_values(const Array& x, bool equal_nan) {
    const Array sorted = internal::sort_along(ravel(x), 0, false);
    return take(sorted, nonzero(internal::starts_of_runs(sorted, equal_nan))[0], 0);
}

std::vector<Array> unique_all(const Array& x, bool equal_nan) {
    const Array flat = ravel(x);
    const Array order = internal::argsort_along(flat, 0, false);
    const Array sorted = take(flat, order, 0);
    const Array is_start = internal::starts_of_runs(sorted, equal_nan);
    const Array starts = nonzero(is_start)[0];
    const Array end = full({1}, flat.size(), DType::kInt64, &x.device());
    const Array group = subtract(cumsum(is_start, 0), 1);
    return {take(sorted, starts, 0),
            take(order, starts, 0),
            take(group, internal::argsort_along(order, 0, false), 0).reshape(x.shape()),
            diff(starts, 1, 0, Array(), end)};
}

}  // namespace chainerx
