// LU factors with row pivoting, and systems of equations.
#include <numeric>

#include <chx/ops/linalg.h>

#include "kernel_list.h"
#include "kernels/linalg/lapack.h"
#include "kernels/linalg/matrices.h"

namespace native {
namespace linalg {
namespace {

// Returns LAPACK's info: above 0 if the factor has a zero on its diagonal.
template <class T>
int factorize(Matrix<T>& a, std::vector<int>& exchanges) {
    exchanges.resize(static_cast<size_t>(std::max(1, std::min(a.rows, a.columns))));
    int info = 0;
    Lapack<T>::getrf(&a.rows, &a.columns, a.data(), &a.lead, exchanges.data(), &info);
    return info;
}

template <class T>
void lu_as(const chx_launch& launch) {
    const Operands<T> a(chx::input(launch, 0));
    const MatrixResults<T> lu(chx::output(launch, 0));
    const VectorResults<int64_t> permutation(chx::output(launch, 1));
    auto* parity = chx::data<int64_t>(chx::output(launch, 2));
    for_each_matrix(a.count(), cube(a.rows()), [&](int64_t i) {
        Matrix<T> factors = a[i];
        std::vector<int> exchanges;
        factorize(factors, exchanges);
        lu.put(i, [&](int r, int c) { return factors(r, c); });
        int64_t* rows = permutation[i];
        std::iota(rows, rows + a.rows(), int64_t{0});
        parity[i] = 0;
        for (int k = 0; k < std::min(a.rows(), a.columns()); ++k) {
            const int other = exchanges[static_cast<size_t>(k)] - 1;
            std::swap(rows[k], rows[other]);
            parity[i] ^= k != other ? 1 : 0;
        }
    });
}

void lu(const chx_launch& launch) {
    with_matrix_type(chx::input(launch, 0).dtype,
                     [&](auto tag) { lu_as<typename decltype(tag)::type>(launch); });
}

template <class T>
void solve_as(const chx_launch& launch) {
    const Operands<T> a(chx::input(launch, 0)), b(chx::input(launch, 1));
    const MatrixResults<T> x(chx::output(launch, 0));
    for_each_matrix(a.count(), cube(a.rows()), [&](int64_t i) {
        Matrix<T> factors = a[i], sides = b[i];
        std::vector<int> exchanges;
        int info = factorize(factors, exchanges);
        if (info > 0) refuse(i, a.count(), "has no inverse");
        Lapack<T>::getrs("N",
                         &factors.rows,
                         &sides.columns,
                         factors.data(),
                         &factors.lead,
                         exchanges.data(),
                         sides.data(),
                         &sides.lead,
                         &info,
                         1);
        x.put(i, [&](int r, int c) { return sides(r, c); });
    });
}

void solve(const chx_launch& launch) {
    with_matrix_type(chx::input(launch, 0).dtype,
                     [&](auto tag) { solve_as<typename decltype(tag)::type>(launch); });
}

// LAPACK's trtrs refuses a zero on the diagonal; here it gives infinities and NaN.
template <class T>
void substitute(const Matrix<T>& t, Matrix<T>& x, bool is_lower, bool is_unit) {
    for (int c = 0; c < x.columns; ++c) {
        for (int step = 0; step < t.rows; ++step) {
            const int k = is_lower ? step : t.rows - 1 - step;
            if (!is_unit) x(k, c) /= t(k, k);
            const T factor = x(k, c);
            const int begin = is_lower ? k + 1 : 0, end = is_lower ? t.rows : k;
            for (int r = begin; r < end; ++r) x(r, c) -= t(r, k) * factor;
        }
    }
}

template <class T>
void solve_triangular_as(const chx_launch& launch) {
    const auto& attrs = chx::attrs<chx_attrs_solve_triangular>(launch);
    const Operands<T> a(chx::input(launch, 0)), b(chx::input(launch, 1));
    const MatrixResults<T> x(chx::output(launch, 0));
    const char* uplo = attrs.lower != 0 ? "L" : "U";
    const char* diagonal = attrs.unit_diagonal != 0 ? "U" : "N";
    for_each_matrix(a.count(), cube(a.rows()), [&](int64_t i) {
        Matrix<T> triangle = a[i], sides = b[i];
        int info = 0;
        Lapack<T>::trtrs(uplo,
                         "N",
                         diagonal,
                         &triangle.rows,
                         &sides.columns,
                         triangle.data(),
                         &triangle.lead,
                         sides.data(),
                         &sides.lead,
                         &info,
                         1,
                         1,
                         1);
        if (info > 0) substitute(triangle, sides, attrs.lower != 0, attrs.unit_diagonal != 0);
        x.put(i, [&](int r, int c) { return sides(r, c); });
    });
}

void solve_triangular(const chx_launch& launch) {
    with_matrix_type(chx::input(launch, 0).dtype,
                     [&](auto tag) { solve_triangular_as<typename decltype(tag)::type>(launch); });
}

}  // namespace

void register_systems(KernelList& kernels) {
    kernels.add(CHX_OP_LU, CHX_OP_LU_VERSION, kMatrixTypes, kMatrixCaps, chx::kernel<&lu>);
    kernels.add(CHX_OP_SOLVE, CHX_OP_SOLVE_VERSION, kMatrixTypes, kMatrixCaps, chx::kernel<&solve>);
    kernels.add(CHX_OP_SOLVE_TRIANGULAR,
                CHX_OP_SOLVE_TRIANGULAR_VERSION,
                kMatrixTypes,
                kMatrixCaps,
                chx::kernel<&solve_triangular>);
}

}  // namespace linalg
}  // namespace native
