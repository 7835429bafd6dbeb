// Elements read and written at indices along an axis: PyTorch's gather and scatter, and NumPy's functions that write in place.
#include <algorithm>

#include "chx/ops/indexing.h"
#include "ops/index_arithmetic.h"
#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx {

namespace {

// Where along all elements of x the elements of an array of that shape lie whose place along one axis the indices say.
Array flat_places(const char* op, const Array& x, const Array& indices, int axis) {
    internal::check_index_dtype(op, indices);
    bool fits = x.ndim() == indices.ndim();
    for (int i = 0; fits && i < x.ndim(); ++i)
        fits = i == axis || indices.shape()[i] <= x.shape()[i];
    if (!fits) {
        throw DimensionError(
            fmt::format("{}: indices have shape {} for an array of shape {} along axis {}; "
                        "expected as many dimensions, and no greater extents along the others",
                        op,
                        to_string(indices.shape()),
                        to_string(x.shape()),
                        axis));
    }
    internal::LinearIndex flat;
    for (int i = 0; i < x.ndim(); ++i) {
        if (i == axis) {
            flat.add(indices, x.shape()[i]);
        } else {
            const Array range = internal::index_range(0, 1, indices.shape()[i], x.device());
            flat.add_valid(internal::laid_along(range, i, x.ndim()), x.shape()[i]);
        }
    }
    return broadcast_to(flat.finish(), indices.shape());
}

// The part of src that stands beside the indices, in x's dtype.
Array updates_of(const char* op, const Array& x, const Array& indices, const Operand& src) {
    const Array given = internal::as_array(src, x);
    if (given.ndim() == 0) return broadcast_to(astype(given, x.dtype(), false), indices.shape());
    bool fits = given.ndim() == indices.ndim();
    for (int i = 0; fits && i < given.ndim(); ++i) fits = indices.shape()[i] <= given.shape()[i];
    if (!fits) {
        throw DimensionError(fmt::format(
            "{}: src has shape {} for indices of shape {}; expected extents that are no less",
            op,
            to_string(given.shape()),
            to_string(indices.shape())));
    }
    const internal::SliceAttrs part{
        Dims::filled(given.ndim(), 0), Dims::filled(given.ndim(), 1), indices.shape()};
    return astype(internal::slice_view(given, part), x.dtype(), false);
}

Array call_scatter_add(const Array& x, const Array& indices, const Array& updates, int axis) {
    auto attrs = internal::make_attrs<chx_attrs_scatter_add>();
    attrs.axis = axis;
    attrs.mode = CHX_SCATTER_ADD_MODE_RAISE;
    try {
        return internal::call(
            internal::kOps[internal::kOpScatterAdd], {x, indices, updates}, &attrs);
    } catch (const ValueError& error) {
        throw IndexError(error.what());  // the only thing that scatter_add finds invalid
    }
}

Array call_scatter(const Array& x, const Array& indices, const Array& updates) {
    auto attrs = internal::make_attrs<chx_attrs_scatter>();
    attrs.axis = 0;
    attrs.mode = CHX_SCATTER_MODE_RAISE;
    try {
        return internal::call(internal::kOps[internal::kOpScatter], {x, indices, updates}, &attrs);
    } catch (const ValueError& error) {
        throw IndexError(error.what());  // the only thing that scatter finds invalid
    }
}

// Which of the indices along an axis of n places is the last one to name each place; -1 where none does.
Array last_writers(const char* op, int64_t n, const Array& indices) {
    internal::check_index_dtype(op, indices);
    internal::require_ndim(op, "indices", indices, 1);
    const Array nothing = full({n}, -1, DType::kInt64, &indices.device());
    if (indices.size() == 0) return nothing;
    const Array order = internal::index_range(0, 1, indices.size(), indices.device());
    return call_scatter(nothing, indices, order);
}

// The elements of values, over and over again, n of them.
Array repeated_to(const char* op, const Array& values, int64_t n) {
    const Array flat = ravel(values);
    if (flat.size() == n) return flat;
    if (flat.size() == 0)
        throw ValueError(fmt::format("{}: no values were given; expected at least one", op));
    const Array place = remainder(internal::index_range(0, 1, n, values.device()), flat.size());
    return take(flat, place, 0);
}

void check_mask(const char* op, const Array& mask, const Array& a) {
    if (mask.shape() == a.shape()) return;
    throw DimensionError(
        fmt::format("{}: the mask has shape {} for an array of shape {}; expected the same shape",
                    op,
                    to_string(mask.shape()),
                    to_string(a.shape())));
}

Array as_mask(const Array& mask) {
    return mask.dtype() == DType::kBool ? mask : not_equal(mask, 0);
}

}  // namespace

Array gather(const Array& x, int64_t axis, const Array& indices) {
    const int along = normalize_axis("gather", axis, x.ndim());
    return take(ravel(x), flat_places("gather", x, indices, along), 0);
}

Array scatter(const Array& x, int64_t axis, const Array& indices, const Operand& src) {
    const int along = normalize_axis("scatter", axis, x.ndim());
    const Array places = ravel(flat_places("scatter", x, indices, along));
    const Array updates = ravel(updates_of("scatter", x, indices, src));
    if (updates.size() == 0) return copy(x);
    // Which update each element ends up with, if any: what is picked so has gradients.
    const Array nothing = full({x.size()}, -1, DType::kInt64, &x.device());
    const Array order = internal::index_range(0, 1, updates.size(), x.device());
    const Array last = call_scatter(nothing, places, order);
    const Array picked = take(updates, maximum(last, 0), 0);
    return where(greater_equal(last, 0), picked, ravel(x)).reshape(x.shape());
}

Array scatter_add(const Array& x, int64_t axis, const Array& indices, const Operand& src) {
    const int along = normalize_axis("scatter_add", axis, x.ndim());
    const Array places = ravel(flat_places("scatter_add", x, indices, along));
    const Array updates = ravel(updates_of("scatter_add", x, indices, src));
    return call_scatter_add(ravel(x), places, updates, 0).reshape(x.shape());
}

Array index_select(const Array& x, int64_t axis, const Array& indices) {
    internal::check_index_dtype("index_select", indices);
    internal::require_ndim("index_select", "indices", indices, 1);
    return take(x, indices, normalize_axis("index_select", axis, x.ndim()));
}

Array index_add(
    const Array& x, int64_t axis, const Array& indices, const Array& source, const Operand& alpha) {
    internal::check_index_dtype("index_add", indices);
    internal::require_ndim("index_add", "indices", indices, 1);
    const int along = normalize_axis("index_add", axis, x.ndim());
    const bool is_one = alpha.is_scalar() && static_cast<double>(alpha.scalar()) == 1;
    const Array updates = is_one ? source : multiply(source, alpha);
    return call_scatter_add(x, indices, astype(updates, x.dtype(), false), along);
}

Array index_copy(const Array& x, int64_t axis, const Array& indices, const Array& source) {
    const int along = normalize_axis("index_copy", axis, x.ndim());
    const Array last = last_writers("index_copy", x.shape()[along], indices);
    Shape expected = x.shape();
    expected[along] = indices.size();
    if (source.shape() != DimsView(expected)) {
        throw DimensionError(
            fmt::format("index_copy: source has shape {}; expected {} for x of shape {} and {} "
                        "indices along axis {}",
                        to_string(source.shape()),
                        to_string(expected),
                        to_string(x.shape()),
                        indices.size(),
                        axis));
    }
    if (indices.size() == 0) return copy(x);
    const Array picked = take(astype(source, x.dtype(), false), maximum(last, 0), along);
    return where(internal::laid_along(greater_equal(last, 0), along, x.ndim()), picked, x);
}

Array index_fill(const Array& x, int64_t axis, const Array& indices, const Operand& value) {
    const int along = normalize_axis("index_fill", axis, x.ndim());
    const Array last = last_writers("index_fill", x.shape()[along], indices);
    const Array is_filled = internal::laid_along(greater_equal(last, 0), along, x.ndim());
    return masked_fill(x, is_filled, value);
}

Array masked_fill(const Array& x, const Array& mask, const Operand& value) {
    const Array filler = astype(internal::as_array(value, x), x.dtype(), false);
    return where(as_mask(mask), filler, x);
}

Array masked_select(const Array& x, const Array& mask) {
    const std::vector<Array> both = broadcast_arrays({x, as_mask(mask)});
    return take(ravel(both[0]), nonzero(ravel(both[1]))[0], 0);
}

Array one_hot(const Array& x, std::optional<int64_t> num_classes, std::optional<DType> dtype) {
    internal::check_index_dtype("one_hot", x);
    int64_t n = num_classes.value_or(0);
    if (!num_classes) n = x.size() == 0 ? 0 : static_cast<int64_t>(max(x).item()) + 1;
    if (n < 0) throw ValueError(fmt::format("one_hot: num_classes is {}; expected 0 or more", n));
    const Array classes = internal::index_range(0, 1, n, x.device());
    const Array labels = expand_dims(astype(x, DType::kInt64, false), {x.ndim()});
    return astype(equal(labels, classes), dtype.value_or(DType::kInt64), false);
}

void put_along_axis(const Array& arr, const Array& indices, const Operand& values, int64_t axis) {
    const int along = normalize_axis("put_along_axis", axis, arr.ndim());
    internal::check_index_dtype("put_along_axis", indices);
    internal::require_ndim("put_along_axis", "indices", indices, arr.ndim());
    std::vector<ArrayIndex> places;
    for (int i = 0; i < arr.ndim(); ++i) {
        if (i == along) {
            places.emplace_back(indices);
            continue;
        }
        const Array range = internal::index_range(0, 1, arr.shape()[i], arr.device());
        places.emplace_back(internal::laid_along(range, i, arr.ndim()));
    }
    if (values.is_scalar()) {
        arr.set_at(places, values.scalar());
    } else {
        arr.set_at(places, internal::array_of(values));
    }
}

void put(const Array& a, const Array& ind, const Operand& v, std::string_view mode) {
    internal::check_index_dtype("put", ind);
    const int64_t n = a.size();
    Array places = ravel(astype(ind, DType::kInt64, false));
    if (places.size() == 0) return;
    if (mode == "wrap") {
        places = remainder(places, n);
    } else if (mode == "clip") {
        places = clip(places, 0, n - 1);
    } else if (mode != "raise") {
        throw ValueError(
            fmt::format("put: mode is '{}'; expected 'raise', 'wrap' or 'clip'", mode));
    }
    const Array updates = repeated_to("put", internal::as_array(v, a), places.size());
    if (a.is_contiguous()) {
        ravel(a).set_at({ArrayIndex(places)}, updates);
        return;
    }
    internal::LinearIndex
        flat;  // n for what is out of range, which the outermost axis then refuses
    flat.add(places, n);
    Array rest = flat.finish();
    std::vector<ArrayIndex> by_axis(static_cast<size_t>(a.ndim()), ArrayIndex(0));
    for (int i = a.ndim() - 1; i >= 0; --i) {
        const int64_t extent = a.shape()[i];
        by_axis[static_cast<size_t>(i)] = i == 0 ? rest : remainder(rest, extent);
        rest = floor_divide(rest, extent);
    }
    a.set_at(by_axis, updates);
}

void place(const Array& arr, const Array& mask, const Array& vals) {
    check_mask("place", mask, arr);
    const Array places = nonzero(ravel(as_mask(mask)))[0];
    if (places.size() == 0) return;
    put(arr, places, repeated_to("place", vals, places.size()), "raise");
}

void putmask(const Array& a, const Array& mask, const Array& values) {
    check_mask("putmask", mask, a);
    if (a.size() == 0) return;
    const Array each = repeated_to("putmask", values, a.size()).reshape(a.shape());
    a.set_at({ArrayIndex::ellipsis()}, where(as_mask(mask), astype(each, a.dtype(), false), a));
}

void fill_diagonal(const Array& a, const Operand& val, bool wrap) {
    if (a.ndim() < 2) {
        throw DimensionError(
            fmt::format("fill_diagonal: a has shape {}; expected two dimensions or more",
                        to_string(a.shape())));
    }
    int64_t step =
        1;  // between elements of the diagonal, as those of the flattened array are counted
    int64_t stride = 1;
    for (int i = a.ndim() - 1; i > 0; --i) {
        stride *= a.shape()[i];
        step += stride;
        if (a.ndim() > 2 && a.shape()[i] != a.shape()[0]) {
            throw DimensionError(fmt::format(
                "fill_diagonal: a has shape {}; expected equal extents", to_string(a.shape())));
        }
    }
    // A tall matrix has rows below the diagonal, where it begins again if it wraps.
    const int64_t columns = a.shape()[1];
    const int64_t end = a.ndim() == 2 && !wrap ? std::min(a.size(), columns * columns) : a.size();
    if (end == 0) return;
    put(a, internal::index_range(0, step, (end - 1) / step + 1, a.device()), val, "raise");
}

}  // namespace chainerx
