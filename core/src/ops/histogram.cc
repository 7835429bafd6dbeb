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

struct Binned {
    Array place, is_inside;  // of each value; the place has no meaning outside
    int64_t n_bins;
};

Binned binned(const char* op, const Array& x, const Array& bins) {
    internal::require_real(op, x);
    internal::require_ndim(op, "bins", bins, 1);
    const int64_t n = bins.size() - 1;
    if (n < 1) {
        throw ValueError(
            fmt::format("{}: {} edges were given; expected 2 or more", op, bins.size()));
    }
    const Array values = precise(x.as_grad_stopped());
    const Array edges = precise(bins.as_grad_stopped());
    const Array first = internal::part_of(edges, 0, 0, 1);
    const Array last = internal::part_of(edges, 0, n, 1);
    // The last bin is closed on both sides.
    const Array place = minimum(subtract(searchsorted(edges, values, "right"), 1), n - 1);
    return {place, logical_and(greater_equal(values, first), less_equal(values, last)), n};
}

Array widths_of(const Array& bins, DType dtype) {
    return astype(diff(precise(bins.as_grad_stopped())), dtype, false);
}

// What each of n values counts.
Array counted(const Array& weights, int64_t n, Device& device) {
    if (weights.is_null()) return ones({n}, DType::kInt64, &device);
    const Array each = ravel(weights);
    return each.dtype() == DType::kBool ? astype(each, DType::kInt64) : each;
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
    check_weights("histogram", weights, a);
    const auto [place, is_inside, n] = binned("histogram", ravel(a), bins);
    const Array counts =
        sums_by_place(where(is_inside, place, n), counted(weights, a.size(), a.device()), n);
    if (!density) return counts;
    const Array shares = divide(counts, sum(counts));
    return divide(shares, widths_of(bins, shares.dtype()));
}

Array histogramdd(const std::vector<Array>& sample,
                  const std::vector<Array>& bins,
                  const Array& weights,
                  bool density) {
    if (sample.empty() || sample.size() != bins.size()) {
        throw DimensionError(
            fmt::format("histogramdd: {} arrays of coordinates and {} of edges; expected as many "
                        "of both, at least 1",
                        sample.size(),
                        bins.size()));
    }
    const int64_t n_points = sample[0].size();
    check_weights("histogramdd", weights, sample[0]);
    Array cell, is_inside;
    Shape shape;
    for (size_t i = 0; i < sample.size(); ++i) {
        internal::require_ndim("histogramdd", "an array of coordinates", sample[i], 1);
        if (sample[i].size() != n_points) {
            throw DimensionError(
                fmt::format("histogramdd: {} and {} coordinates; expected one each for each point",
                            n_points,
                            sample[i].size()));
        }
        const Binned own = binned("histogramdd", sample[i], bins[i]);
        cell = cell.is_null() ? own.place : add(multiply(cell, own.n_bins), own.place);
        is_inside = is_inside.is_null() ? own.is_inside : logical_and(is_inside, own.is_inside);
        shape.push_back(own.n_bins);
    }
    const int64_t n_cells = total_size(shape);
    const Array each = counted(weights, n_points, sample[0].device());
    Array counts = sums_by_place(where(is_inside, cell, n_cells), each, n_cells).reshape(shape);
    if (!density) return counts;
    counts = divide(counts, sum(counts));
    for (int i = 0; i < shape.size(); ++i) {
        const Array widths = widths_of(bins[static_cast<size_t>(i)], counts.dtype());
        counts = divide(counts, internal::laid_along(widths, i, shape.size()));
    }
    return counts;
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
