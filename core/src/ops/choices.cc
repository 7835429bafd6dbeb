// Elements chosen by conditions and numbers of choices, and the indices of elements.
#include <algorithm>

#include "ops/index_arithmetic.h"
#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx {

namespace {

enum class Bounds { kRaise, kWrap, kClip };

Bounds bounds_of(const char* op, std::string_view mode) {
    if (mode == "raise") return Bounds::kRaise;
    if (mode == "wrap") return Bounds::kWrap;
    if (mode == "clip") return Bounds::kClip;
    throw ValueError(fmt::format("{}: mode is '{}'; expected 'raise', 'wrap' or 'clip'", op, mode));
}

void require_all(const char* op, const Array& is_valid, int64_t extent) {
    if (static_cast<bool>(all(is_valid).item())) return;
    throw IndexError(fmt::format("{}: an index is out of range; expected 0 to {}", op, extent - 1));
}

// Indices in [0, extent). To raise, it waits for the device.
Array within(const char* op, const Array& indices, int64_t extent, Bounds bounds) {
    const Array given = astype(indices, DType::kInt64, false);
    if (bounds == Bounds::kWrap) return remainder(given, extent);
    if (bounds == Bounds::kClip) return clip(given, 0, extent - 1);
    require_all(op, logical_and(greater_equal(given, 0), less(given, extent)), extent);
    return given;
}

Array flat_nonzero(const Array& a) { return nonzero(ravel(a))[0]; }

}  // namespace

Array select(const std::vector<Array>& condlist,
             const std::vector<Array>& choicelist,
             const Operand& fallback) {
    if (condlist.empty() || condlist.size() != choicelist.size()) {
        throw ValueError(
            fmt::format("select: {} conditions and {} choices; expected as many of both, at least "
                        "one",
                        condlist.size(),
                        choicelist.size()));
    }
    for (const Array& condition : condlist) {
        if (condition.dtype() == DType::kBool) continue;
        throw DtypeError(fmt::format("select: a condition has dtype {}; expected bool",
                                     dtype_name(condition.dtype())));
    }
    Array result;
    for (size_t i = condlist.size(); i-- > 0;) {
        const Operand otherwise = result.is_null() ? fallback : Operand(result);
        result = where(condlist[i], choicelist[i], otherwise);
    }
    return result;
}

Array choose(const Array& a, const std::vector<Array>& choices, std::string_view mode) {
    if (choices.empty()) throw ValueError("choose: no choices were given; expected at least one");
    internal::check_index_dtype("choose", a, true);
    const auto n = static_cast<int64_t>(choices.size());
    const Array chosen = within("choose", a, n, bounds_of("choose", mode));
    Array result = choices[0];
    for (int64_t i = 1; i < n; ++i)
        result = where(equal(chosen, i), choices[static_cast<size_t>(i)], result);
    return n > 1 ? result : where(ones_like(chosen, DType::kBool), result, result);
}

Array compress(const Array& condition, const Array& a, std::optional<int64_t> axis) {
    internal::require_ndim("compress", "the condition", condition, 1);
    const Array source = axis ? a : ravel(a);
    const int along = axis ? normalize_axis("compress", *axis, a.ndim()) : 0;
    return take(source, flat_nonzero(condition), along);
}

Array extract(const Array& condition, const Array& arr) {
    return take(ravel(arr), flat_nonzero(condition), 0);
}

Array argwhere(const Array& a) {
    if (a.ndim() == 0)
        return zeros({count_nonzero(a).item() ? 1 : 0, 0}, DType::kInt64, &a.device());
    return stack(nonzero(a), 1);
}

Array flatnonzero(const Array& a) { return flat_nonzero(a); }

Array ravel_multi_index(const std::vector<Array>& multi_index,
                        const Shape& dims,
                        std::string_view mode) {
    const Bounds bounds = bounds_of("ravel_multi_index", mode);
    if (static_cast<int>(multi_index.size()) != dims.size() || dims.empty()) {
        throw ValueError(
            fmt::format("ravel_multi_index: {} arrays of indices for the shape {}; expected one "
                        "for each dimension",
                        multi_index.size(),
                        to_string(dims)));
    }
    internal::LinearIndex flat;
    for (int i = 0; i < dims.size(); ++i) {
        const Array& indices = multi_index[static_cast<size_t>(i)];
        internal::check_index_dtype("ravel_multi_index", indices);
        flat.add_valid(within("ravel_multi_index", indices, dims[i], bounds), dims[i]);
    }
    return flat.finish();
}

std::vector<Array> unravel_index(const Array& indices, const Shape& shape) {
    internal::check_index_dtype("unravel_index", indices);
    Array rest = within("unravel_index", indices, total_size(shape), Bounds::kRaise);
    std::vector<Array> parts(static_cast<size_t>(shape.size()));
    for (int i = shape.size() - 1; i >= 0; --i) {
        parts[static_cast<size_t>(i)] = remainder(rest, shape[i]);
        rest = floor_divide(rest, shape[i]);
    }
    return parts;
}

std::vector<Array> tril_indices(int64_t n, int64_t k, std::optional<int64_t> m, Device* device) {
    return nonzero(tri(n, m, k, DType::kBool, device));
}

std::vector<Array> triu_indices(int64_t n, int64_t k, std::optional<int64_t> m, Device* device) {
    return nonzero(logical_not(tri(n, m, k - 1, DType::kBool, device)));
}

std::vector<Array> tril_indices_from(const Array& arr, int64_t k) {
    internal::require_ndim("tril_indices_from", "arr", arr, 2);
    return tril_indices(arr.shape()[0], k, arr.shape()[1], &arr.device());
}

std::vector<Array> triu_indices_from(const Array& arr, int64_t k) {
    internal::require_ndim("triu_indices_from", "arr", arr, 2);
    return triu_indices(arr.shape()[0], k, arr.shape()[1], &arr.device());
}

Array indices(const Shape& dimensions, std::optional<DType> dtype, Device* device) {
    std::vector<Array> grid;
    for (int i = 0; i < dimensions.size(); ++i) {
        const Array range = arange(0, dimensions[i], 1, dtype.value_or(DType::kInt64), device);
        grid.push_back(broadcast_to(internal::laid_along(range, i, dimensions.size()), dimensions));
    }
    if (grid.empty()) return zeros({0}, dtype.value_or(DType::kInt64), device);
    return stack(grid, 0);
}

std::vector<Array> ix_(const std::vector<Array>& args) {
    std::vector<Array> open_grid;
    const int n = static_cast<int>(args.size());
    for (int i = 0; i < n; ++i) {
        const Array& given = args[static_cast<size_t>(i)];
        internal::require_ndim("ix_", "an argument", given, 1);
        const Array places = given.dtype() == DType::kBool ? nonzero(given)[0] : given;
        open_grid.push_back(internal::laid_along(places, i, n));
    }
    return open_grid;
}

std::vector<Array> diag_indices(int64_t n, int64_t ndim, Device* device) {
    if (ndim < 0) {
        throw ValueError(fmt::format("diag_indices: ndim is {}; expected zero or more", ndim));
    }
    std::vector<Array> places;
    for (int64_t i = 0; i < ndim; ++i) places.push_back(arange(0, n, 1, DType::kInt64, device));
    return places;
}

std::vector<Array> diag_indices_from(const Array& arr) {
    const DimsView shape = arr.shape();
    const auto is_first = [&](int64_t extent) { return extent == shape[0]; };
    if (arr.ndim() < 2 || !std::all_of(shape.begin(), shape.end(), is_first)) {
        throw DimensionError(
            fmt::format("diag_indices_from: arr has shape {}; expected two axes or more, all of "
                        "one extent",
                        to_string(shape)));
    }
    return diag_indices(shape[0], arr.ndim(), &arr.device());
}

}  // namespace chainerx
