// Products of many matrices: powers, exponentials, chains.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "ops/linalg_support.h"

namespace chainerx {
namespace {

// The greatest 1-norm of a matrix of the batch.
double norm_on_host(const Array& a) {
    const Array norms = max(sum(abs(a.as_grad_stopped()), Axes{-2}));
    double norm = 0;
    astype(norms, DType::kFloat64).copy_to_host(&norm);
    return norm;
}

// How often to halve a matrix of that norm so that the approximant of order 13 is exact in double precision.
int halvings(double norm) {
    constexpr double kTheta13 = 5.371920351148152;
    if (!(norm > kTheta13) || !std::isfinite(norm)) return 0;
    return static_cast<int>(std::ceil(std::log2(norm / kTheta13)));
}

Array weighted(double w6, const Array& a6, double w4, const Array& a4, double w2, const Array& a2) {
    return add(add(multiply(a6, w6), multiply(a4, w4)), multiply(a2, w2));
}

// N. J. Higham, The scaling and squaring method for the matrix exponential revisited, 2005: order 13.
Array pade_13(const Array& a) {
    const Array unit = internal::identity_of(a, internal::n_rows(a.shape()));
    const Array a2 = matmul(a, a), a4 = matmul(a2, a2), a6 = matmul(a4, a2);
    const Array odd =
        matmul(a,
               add(add(matmul(a6, weighted(1, a6, 16380, a4, 40840800, a2)),
                       weighted(33522128640, a6, 10559470521600, a4, 1187353796428800, a2)),
                   multiply(unit, 32382376266240000.0)));
    const Array even =
        add(add(matmul(a6, weighted(182, a6, 960960, a4, 1323241920, a2)),
                weighted(670442572800, a6, 129060195264000, a4, 7771770303897600, a2)),
            multiply(unit, 64764752532480000.0));
    return linalg::solve(subtract(even, odd), add(even, odd));
}

// The split of each chain of matrices that costs the fewest multiplications; extents: of matrix i (extents[i], extents[i + 1]).
class ChainOrder {
public:
    explicit ChainOrder(const std::vector<int64_t>& extents) : n_{extents.size() - 1} {
        std::vector<double> cost(n_ * n_, 0.0);
        split_.resize(n_ * n_);
        for (size_t length = 2; length <= n_; ++length) {
            for (size_t i = 0; i + length <= n_; ++i) {
                const size_t j = i + length - 1;
                double& best = cost[i * n_ + j];
                best = std::numeric_limits<double>::infinity();
                for (size_t k = i; k < j; ++k) {
                    const double here = cost[i * n_ + k] + cost[(k + 1) * n_ + j] +
                                        static_cast<double>(extents[i]) *
                                            static_cast<double>(extents[k + 1]) *
                                            static_cast<double>(extents[j + 1]);
                    if (here >= best) continue;
                    best = here;
                    split_[i * n_ + j] = k;
                }
            }
        }
    }

    Array product(const std::vector<Array>& matrices, size_t i, size_t j) const {
        if (i == j) return matrices[i];
        const size_t k = split_[i * n_ + j];
        return matmul(product(matrices, i, k), product(matrices, k + 1, j));
    }

private:
    size_t n_;
    std::vector<size_t> split_;
};

}  // namespace

namespace linalg {

Array matrix_power(const Array& a, int64_t n) {
    internal::require_square("matrix_power", a.shape());
    const int64_t extent = internal::n_rows(a.shape());
    if (n == 0) {
        return copy(broadcast_to(eye(extent, std::nullopt, 0, a.dtype(), &a.device()), a.shape()));
    }
    // Negating in unsigned arithmetic: there is no -n for the least integer.
    auto left = static_cast<uint64_t>(n);
    if (n < 0) left = 0 - left;
    Array square = n < 0 ? inv(a) : a;
    Array result;
    for (; left != 0; left >>= 1) {
        if ((left & 1) != 0) result = result.is_null() ? square : matmul(result, square);
        if (left > 1) square = matmul(square, square);
    }
    return n == 1 ? copy(result) : result;
}

Array expm(const Array& a) {
    internal::require_square("expm", a.shape());
    const Array given = internal::as_inexact(a);
    if (a.size() == 0) return copy(given);
    const Array wide = internal::widened(given);
    const int n = halvings(norm_on_host(wide));
    Array y = pade_13(multiply(wide, std::ldexp(1.0, -n)));
    for (int i = 0; i < n; ++i) y = matmul(y, y);
    return astype(y, given.dtype(), false);
}

Array multi_dot(const std::vector<Array>& arrays) {
    if (arrays.size() < 2) {
        throw ValueError(
            fmt::format("multi_dot: {} arrays were given; expected at least two", arrays.size()));
    }
    std::vector<Array> matrices = arrays;
    const bool is_row = arrays.front().ndim() == 1, is_column = arrays.back().ndim() == 1;
    if (is_row) matrices.front() = expand_dims(arrays.front(), {0});
    if (is_column) matrices.back() = expand_dims(arrays.back(), {1});
    std::vector<int64_t> extents;
    for (const Array& matrix : matrices) {
        const bool fits =
            matrix.ndim() == 2 && (extents.empty() || extents.back() == matrix.shape()[0]);
        if (!fits) {
            throw DimensionError(fmt::format(
                "multi_dot: an array of shape {} was given as number {}; expected matrices whose "
                "extents align, the first and the last may be vectors",
                to_string(matrix.shape()),
                &matrix - matrices.data()));
        }
        if (extents.empty()) extents.push_back(matrix.shape()[0]);
        extents.push_back(matrix.shape()[1]);
    }
    const Array y = ChainOrder(extents).product(matrices, 0, matrices.size() - 1);
    if (is_row && is_column) return squeeze(y, Axes{0, 1});
    if (is_row) return squeeze(y, Axes{0});
    return is_column ? squeeze(y, Axes{1}) : y;
}

}  // namespace linalg
}  // namespace chainerx
