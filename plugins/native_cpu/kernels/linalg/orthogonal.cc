// Cholesky factors, and QR factors by Householder reflections.
#include <string>

#include <chx/ops/linalg.h>

#include "kernel_list.h"
#include "kernels/linalg/lapack.h"
#include "kernels/linalg/matrices.h"

namespace native {
namespace linalg {
namespace {

template <class T>
void cholesky_as(const chx_launch& launch) {
    const bool is_upper = chx::attrs<chx_attrs_cholesky>(launch).upper != 0;
    const Operands<T> a(chx::input(launch, 0));
    const MatrixResults<T> y(chx::output(launch, 0));
    for_each_matrix(a.count(), cube(a.rows()), [&](int64_t i) {
        Matrix<T> factor = a[i];
        int info = 0;
        Lapack<T>::potrf(is_upper ? "U" : "L", &factor.rows, factor.data(), &factor.lead, &info, 1);
        if (info > 0) refuse(i, a.count(), "is not positive definite");
        y.put(i, [&](int r, int c) {
            return (is_upper ? r <= c : r >= c) ? factor(r, c) : static_cast<T>(0);
        });
    });
}

void cholesky(const chx_launch& launch) {
    with_matrix_type(chx::input(launch, 0).dtype,
                     [&](auto tag) { cholesky_as<typename decltype(tag)::type>(launch); });
}

// The reflectors below the diagonal of a, r above, and their factors.
template <class T>
void reflect(Matrix<T>& a, std::vector<T>& tau) {
    tau.resize(static_cast<size_t>(std::max(1, std::min(a.rows, a.columns))));
    int info = 0, size = -1;
    T asked{};
    Lapack<T>::geqrf(&a.rows, &a.columns, a.data(), &a.lead, tau.data(), &asked, &size, &info);
    size = workspace_size(asked);
    std::vector<T> work(static_cast<size_t>(size));
    Lapack<T>::geqrf(&a.rows, &a.columns, a.data(), &a.lead, tau.data(), work.data(), &size, &info);
}

// The first columns of the product of the reflections.
template <class T>
Matrix<T> orthonormal(const Matrix<T>& reflectors, const std::vector<T>& tau, int columns) {
    const int k = std::min(reflectors.rows, reflectors.columns);
    Matrix<T> q(reflectors.rows, columns);
    for (int c = 0; c < std::min(k, columns); ++c) {
        for (int r = 0; r < q.rows; ++r) q(r, c) = reflectors(r, c);
    }
    int info = 0, size = -1;
    T asked{};
    Lapack<T>::orgqr(&q.rows, &q.columns, &k, q.data(), &q.lead, tau.data(), &asked, &size, &info);
    size = workspace_size(asked);
    std::vector<T> work(static_cast<size_t>(size));
    Lapack<T>::orgqr(
        &q.rows, &q.columns, &k, q.data(), &q.lead, tau.data(), work.data(), &size, &info);
    return q;
}

template <class T>
void raw_qr_as(const chx_launch& launch) {
    const Operands<T> a(chx::input(launch, 0));
    const MatrixResults<T> reflectors(chx::output(launch, 0));
    const VectorResults<T> factors(chx::output(launch, 1));
    for_each_matrix(a.count(), cube(a.rows()), [&](int64_t i) {
        Matrix<T> matrix = a[i];
        std::vector<T> tau;
        reflect(matrix, tau);
        reflectors.put(i, [&](int r, int c) { return matrix(c, r); });
        std::copy_n(tau.data(), std::min(a.rows(), a.columns()), factors[i]);
    });
}

template <class T>
void qr_as(const chx_launch& launch) {
    const int32_t mode = chx::attrs<chx_attrs_qr>(launch).mode;
    if (mode == CHX_QR_MODE_RAW) return raw_qr_as<T>(launch);
    if (mode != CHX_QR_MODE_REDUCED && mode != CHX_QR_MODE_COMPLETE)
        throw chx::Error(CHX_E_UNIMPLEMENTED, "qr: there is no mode " + std::to_string(mode));
    const Operands<T> a(chx::input(launch, 0));
    const MatrixResults<T> q(chx::output(launch, 0)), r(chx::output(launch, 1));
    const int k = std::min(a.rows(), a.columns());
    const int columns = mode == CHX_QR_MODE_COMPLETE ? a.rows() : k;
    for_each_matrix(a.count(), 2 * cube(a.rows()), [&](int64_t i) {
        if (k == 0) return q.put_identity(i);
        Matrix<T> matrix = a[i];
        std::vector<T> tau;
        reflect(matrix, tau);
        r.put(i, [&](int row, int c) { return row <= c ? matrix(row, c) : static_cast<T>(0); });
        const Matrix<T> vectors = orthonormal(matrix, tau, columns);
        q.put(i, [&](int row, int c) { return vectors(row, c); });
    });
}

void qr(const chx_launch& launch) {
    with_matrix_type(chx::input(launch, 0).dtype,
                     [&](auto tag) { qr_as<typename decltype(tag)::type>(launch); });
}

}  // namespace

void register_orthogonal(KernelList& kernels) {
    kernels.add(CHX_OP_CHOLESKY,
                CHX_OP_CHOLESKY_VERSION,
                kMatrixTypes,
                kMatrixCaps,
                chx::kernel<&cholesky>);
    kernels.add(CHX_OP_QR, CHX_OP_QR_VERSION, kMatrixTypes, kMatrixCaps, chx::kernel<&qr>);
}

}  // namespace linalg
}  // namespace native
