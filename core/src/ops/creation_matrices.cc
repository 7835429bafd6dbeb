// Matrices with a diagonal, triangles, and coordinate matrices.
#include <algorithm>

#include "chx/ops/manipulation.h"
#include "ops/op_support.h"

namespace chainerx {

namespace {

// Length of the k-th diagonal of a rows x columns matrix.
int64_t diagonal_length(int64_t rows, int64_t columns, int64_t k) {
    const int64_t length = k >= 0 ? std::min(rows, columns - k) : std::min(rows + k, columns);
    return std::max<int64_t>(length, 0);
}

// Where the k-th diagonal begins, given the strides of rows and columns.
int64_t diagonal_offset(int64_t row_stride, int64_t column_stride, int64_t k) {
    return k >= 0 ? k * column_stride : -k * row_stride;
}

// True at and below the k-th diagonal.
Array lower_triangle(int64_t rows, int64_t columns, int64_t k, Device* device) {
    const Array row = arange(k, rows + k, 1, DType::kInt64, device);
    const Array column = arange(0, columns, 1, DType::kInt64, device);
    return greater_equal(expand_dims(row, {1}), expand_dims(column, {0}));
}

void require_extents(const char* op, int64_t rows, int64_t columns) {
    if (rows >= 0 && columns >= 0) return;
    throw DimensionError(
        fmt::format("{}: extents {} x {} were given; expected zero or more", op, rows, columns));
}

Array triangle_of(const char* op, const Array& m, int64_t k, bool keep_lower) {
    if (m.ndim() == 0) {
        throw DimensionError(
            fmt::format("{}: a 0-d array was given; expected at least one dimension", op));
    }
    // A vector stands for a square matrix of equal rows, as in NumPy.
    const int64_t columns = m.shape()[m.ndim() - 1];
    const int64_t rows = m.ndim() == 1 ? columns : m.shape()[m.ndim() - 2];
    if (keep_lower) return where(lower_triangle(rows, columns, k, &m.device()), m, false);
    return where(lower_triangle(rows, columns, k - 1, &m.device()), false, m);
}

}  // namespace

Array eye(
    int64_t N, std::optional<int64_t> M, int64_t k, std::optional<DType> dtype, Device* device) {
    const int64_t columns = M.value_or(N);
    require_extents("eye", N, columns);
    const Array matrix = zeros({N, columns}, dtype, device);
    const int64_t length = diagonal_length(N, columns, k);
    if (length != 0) {
        internal::fill_into(
            internal::raw_view(matrix, {length}, {columns + 1}, diagonal_offset(columns, 1, k)), 1);
    }
    return matrix;
}

Array identity(int64_t n, std::optional<DType> dtype, Device* device) {
    return eye(n, n, 0, dtype, device);
}

Array tri(
    int64_t N, std::optional<int64_t> M, int64_t k, std::optional<DType> dtype, Device* device) {
    require_extents("tri", N, M.value_or(N));
    return astype(
        lower_triangle(N, M.value_or(N), k, device), dtype.value_or(DType::kFloat32), false);
}

Array tril(const Array& m, int64_t k) { return triangle_of("tril", m, k, true); }

Array triu(const Array& m, int64_t k) { return triangle_of("triu", m, k, false); }

Array diag(const Array& v, int64_t k) {
    if (v.ndim() == 1) {
        const int64_t n = v.shape()[0] + std::abs(k);
        auto attrs = internal::make_attrs<chx_attrs_unslice>();
        internal::set_attr(attrs.n_starts, attrs.starts, {diagonal_offset(n, 1, k)});
        internal::set_attr(attrs.n_steps, attrs.steps, {n + 1});
        internal::set_attr(attrs.n_shape, attrs.shape, {n * n});
        return reshape(internal::call(internal::kOps[internal::kOpUnslice], {v}, &attrs), {n, n});
    }
    if (v.ndim() != 2) {
        throw DimensionError(
            fmt::format("diag: array of shape {} was given; expected one or two dimensions",
                        to_string(v.shape())));
    }
    const int64_t rows = v.shape()[0];
    const int64_t columns = v.shape()[1];
    const int64_t length = diagonal_length(rows, columns, k);
    const int64_t offset = length != 0 ? diagonal_offset(v.strides()[0], v.strides()[1], k) : 0;
    if (!v.is_connected_to_any()) {
        return internal::raw_view(v, {length}, {v.strides()[0] + v.strides()[1]}, offset);
    }
    // In a graph, in terms of recorded views.
    const int64_t start = length != 0 ? diagonal_offset(columns, 1, k) : 0;
    return internal::slice_view(ravel(v), {{start}, {columns + 1}, {length}});
}

Array diagonal(const Array& a, int64_t offset, int64_t axis1, int64_t axis2) {
    const int first = normalize_axis("diagonal", axis1, a.ndim());
    const int second = normalize_axis("diagonal", axis2, a.ndim());
    if (first == second) {
        throw DimensionError(fmt::format(
            "diagonal: axes {} and {} are the same; expected two of an array of shape {}",
            axis1,
            axis2,
            to_string(a.shape())));
    }
    const Array matrices = moveaxis(a, {first, second}, {-2, -1});
    const int n = matrices.ndim();
    const int64_t rows = matrices.shape()[n - 2];
    const int64_t columns = matrices.shape()[n - 1];
    const int64_t length = diagonal_length(rows, columns, offset);
    Shape shape{DimsView(matrices.shape().data(), n - 2)};
    if (!a.is_connected_to_any()) {
        const int64_t row_stride = matrices.strides()[n - 2];
        const int64_t column_stride = matrices.strides()[n - 1];
        Strides strides{DimsView(matrices.strides().data(), n - 2)};
        shape.push_back(length);
        strides.push_back(row_stride + column_stride);
        return internal::raw_view(
            matrices,
            shape,
            strides,
            length != 0 ? diagonal_offset(row_stride, column_stride, offset) : 0);
    }
    // In a graph, in terms of recorded views.
    shape.push_back(rows * columns);
    const Array flat = reshape(matrices, shape);
    internal::SliceAttrs part{Dims::filled(n - 1, 0), Dims::filled(n - 1, 1), shape};
    part.starts[n - 2] = length != 0 ? diagonal_offset(columns, 1, offset) : 0;
    part.steps[n - 2] = columns + 1;
    part.shape[n - 2] = length;
    return internal::slice_view(flat, part);
}

Array trace(const Array& a, int64_t offset, int64_t axis1, int64_t axis2) {
    return sum(diagonal(a, offset, axis1, axis2), Axes{-1});
}

Array diagflat(const Array& v, int64_t k) { return diag(ravel(v), k); }

std::vector<Array> meshgrid(const std::vector<Array>& arrays, std::string_view indexing) {
    if (indexing != "xy" && indexing != "ij") {
        throw ValueError(
            fmt::format("meshgrid: indexing is '{}'; expected 'xy' or 'ij'", indexing));
    }
    const int n = static_cast<int>(arrays.size());
    // The axis of the result that array i runs along.
    const auto axis_of = [&](int i) { return indexing == "xy" && n >= 2 && i < 2 ? 1 - i : i; };
    Shape shape = Shape::filled(n, 1);
    for (int i = 0; i < n; ++i) {
        const Array& array = arrays[static_cast<size_t>(i)];
        if (array.ndim() > 1) {
            throw DimensionError(
                fmt::format("meshgrid: array {} has shape {}; expected one dimension",
                            i,
                            to_string(array.shape())));
        }
        shape[axis_of(i)] = array.size();
    }
    std::vector<Array> matrices;
    matrices.reserve(arrays.size());
    for (int i = 0; i < n; ++i) {
        Shape along = Shape::filled(n, 1);
        along[axis_of(i)] = shape[axis_of(i)];
        matrices.push_back(
            copy(broadcast_to(reshape(arrays[static_cast<size_t>(i)], along), shape)));
    }
    return matrices;
}

}  // namespace chainerx
