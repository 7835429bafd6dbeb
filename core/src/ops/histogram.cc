// Counting: how many elements fall into bins.
#include "chx/ops/indexing.h"
#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx {

namespace {

// n sums: of the weights whose places are theirs; those at place n are left out.
Array sums_by_place(const Array& places, const Array& weights, int64_t n) {
    auto attrs = internal::make_attrs<chx_attrs_scatter_add>();
    attrs.axis = 0;
    attrs.mode = CHX_SCATTER_ADD_MODE_RAISE;
    const Array start = zeros({n + 1}, weights.dtype(), &weights.device());
    const Array sums =
        internal::call(internal::kOps[internal::kOpScatterAdd], {start, places, weights}, &attrs);
    return copy(internal::part_of(sums, 0, 0, n));
}

void check_weights(const char* op, const Array& weights, const Array& x) {
    if (weights.is_null() || weights.shape() == x.shape()) return;
    throw DimensionError(
        fmt::format("{}: weights have shape {} for an array of shape {}; expected "
                    "the same shape",
                    op,
                    to_string(weights.shape()),
                    to_string(x.shape())));
}

// float64 unless floating-point numbers of fewer digits: no bin's edge is crossed by a rounding.
Array precise(const Array& x) {
    return is_inexact(x.dtype()) ? x : astype(x, DType::kFloat64, false);
}

}  // namespace

Array histogram_bin_edges(const Array& a,
                          int64_t bins,
                          std::optional<double> low,
                          std::optional<double> high) {
    internal::require_real("histogram_bin_edges", a);
    if (bins < 1) {
        throw ValueError(fmt::format("histogram_bin_edges: bins is {}; expected 1 or more", bins));
    }
    if (low.has_value() != high.has_value() || (low && !(*low <= *high))) {
        throw ValueError(
            fmt::format("histogram_bin_edges: a range from {} to {}; expected both, ascending",
                        low.value_or(0),
                        high.value_or(0)));
    }
    Array first, last;
    const auto number = [&](double value) { return full({}, value, DType::kFloat64, &a.device()); };
    if (low || a.size() == 0) {
        first = number(low.value_or(0));
        last = number(high.value_or(1));
    } else {
        const Array values = a.as_grad_stopped();
        first = astype(min(values), DType::kFloat64);
        last = astype(max(values), DType::kFloat64);
    }
    const Array is_point = equal(first, last);
    const Array start = where(is_point, subtract(first, 0.5), first);
    const Array stop = where(is_point, add(last, 0.5), last);
    const Array step = divide(subtract(stop, start), static_cast<double>(bins));
    const Array steps = arange(0, bins, 1, DType::kFloat64, &a.device());
    const Array inner = add(multiply(steps, step), start);
    return astype(
        concatenate({inner, expand_dims(stop, {0})}, 0), internal::inexact_dtype(a.dtype()), false);
}

Array histogram(const Array& a, const Array& bins, const Array& weights, bool density) {
    internal::require_real("histogram", a);
    internal::require_ndim("histogram", "bins", bins, 1);
    check_weights("histogram", weights, a);
    const int64_t n = bins.size() - 1;
    if (n < 1) {
        throw ValueError(
            fmt::format("histogram: {} edges were given; expected 2 or more", bins.size()));
    }
    const Array values = ravel(precise(a.as_grad_stopped()));
    const Array edges = precise(bins.as_grad_stopped());
    const Array first = internal::part_of(edges, 0, 0, 1);
    const Array last = internal::part_of(edges, 0, n, 1);
    // The last bin is closed on both sides.
    const Array place = minimum(subtract(searchsorted(edges, values, "right"), 1), n - 1);
    const Array is_inside = logical_and(greater_equal(values, first), less_equal(values, last));
    Array each =
        weights.is_null() ? ones({values.size()}, DType::kInt64, &a.device()) : ravel(weights);
    if (each.dtype() == DType::kBool) each = astype(each, DType::kInt64);
    const Array counts = sums_by_place(where(is_inside, place, n), each, n);
    if (!density) return counts;
    const Array shares = divide(counts, sum(counts));
    return divide(shares, astype(diff(edges), internal::inexact_dtype(shares.dtype()), false));
}

Array bincount(const Array& x, const Array& weights, int64_t minlength) {
    internal::require_ndim("bincount", "x", x, 1);
    check_weights("bincount", weights, x);
    if (!is_integral(x.dtype()) && x.dtype() != DType::kBool) {
        throw DtypeError(
            fmt::format("bincount: x has dtype {}; expected integers", dtype_name(x.dtype())));
    }
    if (minlength < 0) {
        throw ValueError(
            fmt::format("bincount: minlength is {}; expected zero or more", minlength));
    }
    const Array places = astype(x, DType::kInt64, false);
    int64_t n = minlength;
    if (x.size() != 0) {
        const auto least = static_cast<int64_t>(min(places).item());
        if (least < 0) {
            throw ValueError(
                fmt::format("bincount: x has the element {}; expected zero or more", least));
        }
        n = std::max(n, static_cast<int64_t>(max(places).item()) + 1);
    }
    const Array each = weights.is_null() ? ones({x.size()}, DType::kInt64, &x.device())
                                         : internal::as_inexact(weights);
    return sums_by_place(places, each, n);
}

Array digitize(const Array& x, const Array& bins, bool right) {
    internal::require_ndim("digitize", "bins", bins, 1);
    internal::require_real("digitize", x);
    if (bins.size() == 0) return zeros(x.shape(), DType::kInt64, &x.device());
    const int64_t n = bins.size();
    const Array edges = precise(bins);
    const Array is_descending =
        greater(internal::part_of(edges, 0, 0, 1), internal::part_of(edges, 0, n - 1, 1));
    const Array ascending = where(is_descending, flip(edges), edges);
    const Array values = precise(x);
    const Array place = searchsorted(ascending, values, right ? "left" : "right");
    return where(is_descending.reshape({}), subtract(n, place), place);
}

}  // namespace chainerx
