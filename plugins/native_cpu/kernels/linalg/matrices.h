// Batches of matrices: the last two axes of a tensor, fetched one by one in LAPACK's order, and results put where they belong.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "host.h"
#include "kernels/reduction_layout.h"
#include "scalar_types.h"

namespace native::linalg {

// LAPACK counts in int.
inline int extent_of(int64_t n) {
    if (n <= std::numeric_limits<int>::max() / 2) return static_cast<int>(n);
    throw chx::Error(CHX_E_UNIMPLEMENTED,
                     "a matrix with an extent of " + std::to_string(n) + "; expected below 2^30");
}

// Column-major. The leading dimension is never 0, which LAPACK does not take.
template <class T>
struct Matrix {
    int rows, columns, lead;
    std::vector<T> values;

    Matrix(int m, int n)
        : rows{m},
          columns{n},
          lead{std::max(m, 1)},
          values(static_cast<size_t>(lead) * static_cast<size_t>(std::max(n, 1))) {}
    T* data() { return values.data(); }
    T& operator()(int r, int c) { return values[index(r, c)]; }
    const T& operator()(int r, int c) const { return values[index(r, c)]; }

private:
    size_t index(int r, int c) const {
        return static_cast<size_t>(c) * static_cast<size_t>(lead) + static_cast<size_t>(r);
    }
};

template <class T>
T conjugate(T x) {
    if constexpr (is_complex_v<T>) {
        return std::conj(x);
    } else {
        return x;
    }
}

// An operand whose last two axes are a matrix of the batch.
template <class T>
class Operands {
public:
    explicit Operands(const chx_tensor& tensor)
        : data_{chx::data<const char>(tensor)},
          rows_{extent_of(tensor.shape[tensor.ndim - 2])},
          columns_{extent_of(tensor.shape[tensor.ndim - 1])},
          row_stride_{tensor.strides[tensor.ndim - 2]},
          column_stride_{tensor.strides[tensor.ndim - 1]} {
        for (int d = 0; d < tensor.ndim - 2; ++d)
            batch_.push(tensor.shape[d], tensor.strides[d] * chx::item_size(tensor.dtype));
    }

    int64_t count() const { return batch_.numel(); }
    int rows() const { return rows_; }
    int columns() const { return columns_; }

    Matrix<T> operator[](int64_t i) const {
        const T* at = reinterpret_cast<const T*>(data_ + batch_.offset_of(i));
        Matrix<T> matrix(rows_, columns_);
        for (int c = 0; c < columns_; ++c) {
            for (int r = 0; r < rows_; ++r) matrix(r, c) = at[r * row_stride_ + c * column_stride_];
        }
        return matrix;
    }

private:
    Dimensions batch_;
    const char* data_;
    int rows_, columns_;
    int64_t row_stride_, column_stride_;
};

// A contiguous result: a row-major matrix of the batch.
template <class T>
class MatrixResults {
public:
    explicit MatrixResults(chx_tensor& tensor)
        : data_{chx::data<T>(tensor)},
          rows_{tensor.shape[tensor.ndim - 2]},
          columns_{tensor.shape[tensor.ndim - 1]} {}

    // f(r, c): the element.
    template <class F>
    void put(int64_t i, const F& f) const {
        T* at = data_ + i * rows_ * columns_;
        for (int r = 0; r < rows_; ++r) {
            for (int c = 0; c < columns_; ++c) *at++ = f(r, c);
        }
    }
    void put_identity(int64_t i) const {
        put(i, [](int r, int c) { return static_cast<T>(r == c ? 1 : 0); });
    }

private:
    T* data_;
    int64_t rows_, columns_;
};

// A contiguous result: a vector of the batch.
template <class T>
class VectorResults {
public:
    explicit VectorResults(chx_tensor& tensor)
        : data_{chx::data<T>(tensor)}, n_{tensor.shape[tensor.ndim - 1]} {}

    T* operator[](int64_t i) const { return data_ + i * n_; }

private:
    T* data_;
    int64_t n_;
};

// Calls f(i) for each matrix of the batch; steps: about what one costs.
template <class F>
void for_each_matrix(int64_t count, double steps, const F& f) {
    constexpr double kGrainSteps = 32 * 1024;
    const auto grain = static_cast<int64_t>(std::max(1.0, kGrainSteps / std::max(steps, 1.0)));
    parallel_for(count, grain, [&](int64_t begin, int64_t end, int32_t) {
        for (int64_t i = begin; i < end; ++i) f(i);
    });
}

inline double cube(int n) {
    const double x = n;
    return x * x * x;
}

// Refuses a matrix of the batch.
[[noreturn]] inline void refuse(int64_t i, int64_t count, const char* why) {
    const std::string which =
        count == 1 ? "the matrix" : "matrix " + std::to_string(i) + " of " + std::to_string(count);
    throw chx::Error(CHX_E_INVALID, which + " " + why);
}

template <class T>
void require_finite(const Matrix<T>& matrix, int64_t i, int64_t count) {
    const auto is_finite = [](T x) {
        if constexpr (is_complex_v<T>) {
            return std::isfinite(x.real()) && std::isfinite(x.imag());
        } else {
            return std::isfinite(x);
        }
    };
    if (!std::all_of(matrix.values.begin(), matrix.values.end(), is_finite))
        refuse(i, count, "holds NaN or infinity");
}

// The size of a workspace that a routine has written into the first element of the one it was given.
template <class T>
int workspace_size(T asked) {
    double size = 0;
    if constexpr (is_complex_v<T>) {
        size = static_cast<double>(asked.real());
    } else {
        size = static_cast<double>(asked);
    }
    // In single precision the number was rounded.
    return std::max(1, static_cast<int>(size * 1.0000002) + 1);
}

// Calls f with the TypeTag of one of the four dtypes that matrices are computed in.
template <class F>
void with_matrix_type(chx_dtype dtype, F&& f) {
    switch (chx::type_code(dtype)) {
        case CHX_TYPE_F32:
            return f(TypeTag<float>{});
        case CHX_TYPE_F64:
            return f(TypeTag<double>{});
        case CHX_TYPE_C64:
            return f(TypeTag<complex64>{});
        case CHX_TYPE_C128:
            return f(TypeTag<complex128>{});
        default:
            throw chx::Error(CHX_E_UNIMPLEMENTED, "matrices of another dtype; cast them first");
    }
}

inline constexpr const char* kMatrixTypes = "f32 f64 c64 c128";
inline constexpr uint64_t kMatrixCaps = CHX_K_DETERMINISTIC | CHX_K_CAPTURE_SAFE | CHX_K_STRIDED_IN;

}  // namespace native::linalg
