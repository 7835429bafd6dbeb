// Eigenvalues and eigenvectors, of Hermitian matrices and of any square ones.
#include <chx/ops/linalg.h>

#include "kernel_list.h"
#include "kernels/linalg/lapack.h"
#include "kernels/linalg/matrices.h"

namespace native {
namespace linalg {
namespace {

// LAPACK's syevd and heevd: a becomes the eigenvectors if job is V. Returns whether it converged.
template <class T>
bool solve_hermitian(Matrix<T>& a, char job, char uplo, real_t<T>* w) {
    int info = 0, size = -1, n_reals = -1, n_indices = -1, asked_indices = 0;
    T asked{};
    [[maybe_unused]] real_t<T> asked_reals{};
    const auto run = [&](T* work, real_t<T>* reals, int* indices) {
        if constexpr (is_complex_v<T>) {
            Lapack<T>::syevd(&job,
                             &uplo,
                             &a.rows,
                             a.data(),
                             &a.lead,
                             w,
                             work,
                             &size,
                             reals,
                             &n_reals,
                             indices,
                             &n_indices,
                             &info,
                             1,
                             1);
        } else {
            Lapack<T>::syevd(&job,
                             &uplo,
                             &a.rows,
                             a.data(),
                             &a.lead,
                             w,
                             work,
                             &size,
                             indices,
                             &n_indices,
                             &info,
                             1,
                             1);
        }
    };
    run(&asked, &asked_reals, &asked_indices);
    size = workspace_size(asked);
    n_reals = workspace_size(asked_reals);
    n_indices = std::max(1, asked_indices);
    std::vector<T> work(static_cast<size_t>(size));
    std::vector<real_t<T>> reals(static_cast<size_t>(n_reals));
    std::vector<int> indices(static_cast<size_t>(n_indices));
    run(work.data(), reals.data(), indices.data());
    return info == 0;
}

template <class T>
Matrix<T> hermitian(const Operands<T>& a, int64_t i, char job, bool is_upper, real_t<T>* w) {
    Matrix<T> matrix = a[i];
    require_finite(matrix, i, a.count());
    if (!solve_hermitian(matrix, job, is_upper ? 'U' : 'L', w))
        refuse(i, a.count(), "has eigenvalues that do not converge");
    return matrix;
}

template <class T>
void eigh_as(const chx_launch& launch) {
    const bool is_upper = chx::attrs<chx_attrs_eigh>(launch).upper != 0;
    const Operands<T> a(chx::input(launch, 0));
    const VectorResults<real_t<T>> w(chx::output(launch, 0));
    const MatrixResults<T> v(chx::output(launch, 1));
    if (a.rows() == 0) return;
    for_each_matrix(a.count(), 8 * cube(a.rows()), [&](int64_t i) {
        const Matrix<T> vectors = hermitian(a, i, 'V', is_upper, w[i]);
        v.put(i, [&](int r, int c) { return vectors(r, c); });
    });
}

template <class T>
void eigvalsh_as(const chx_launch& launch) {
    const bool is_upper = chx::attrs<chx_attrs_eigvalsh>(launch).upper != 0;
    const Operands<T> a(chx::input(launch, 0));
    const VectorResults<real_t<T>> w(chx::output(launch, 0));
    if (a.rows() == 0) return;
    for_each_matrix(
        a.count(), 4 * cube(a.rows()), [&](int64_t i) { hermitian(a, i, 'N', is_upper, w[i]); });
}

// LAPACK's geev. A real matrix has real eigenvalues and pairs of conjugate ones, whose eigenvectors come as real and imaginary
// part in two columns.
template <class T>
class General {
public:
    using Complex = std::complex<real_t<T>>;

    General(Matrix<T> a, char job)
        : w_(static_cast<size_t>(a.rows)),
          imaginary_(static_cast<size_t>(a.rows)),
          v_(job == 'V' ? a.rows : 1, job == 'V' ? a.rows : 1) {
        T asked{};
        run(a, job, &asked, -1);
        std::vector<T> work(static_cast<size_t>(workspace_size(asked)));
        run(a, job, work.data(), static_cast<int>(work.size()));
    }
    bool converged() const { return info_ == 0; }

    Complex value(int i) const {
        const auto at = static_cast<size_t>(i);
        if constexpr (is_complex_v<T>) {
            return w_[at];
        } else {
            return {w_[at], imaginary_[at]};
        }
    }
    // Element r of eigenvector c.
    Complex vector(int r, int c) const {
        if constexpr (is_complex_v<T>) {
            return v_(r, c);
        } else {
            const real_t<T> part = imaginary_[static_cast<size_t>(c)];
            if (part > 0) return {v_(r, c), v_(r, c + 1)};
            if (part < 0) return {v_(r, c - 1), -v_(r, c)};
            return v_(r, c);
        }
    }

private:
    void run(Matrix<T>& a, char job, T* work, int size) {
        T unused{};
        const int one = 1;
        if constexpr (is_complex_v<T>) {
            std::vector<real_t<T>> reals(2 * static_cast<size_t>(a.rows));
            Lapack<T>::geev("N",
                            &job,
                            &a.rows,
                            a.data(),
                            &a.lead,
                            w_.data(),
                            &unused,
                            &one,
                            v_.data(),
                            &v_.lead,
                            work,
                            &size,
                            reals.data(),
                            &info_,
                            1,
                            1);
        } else {
            Lapack<T>::geev("N",
                            &job,
                            &a.rows,
                            a.data(),
                            &a.lead,
                            w_.data(),
                            imaginary_.data(),
                            &unused,
                            &one,
                            v_.data(),
                            &v_.lead,
                            work,
                            &size,
                            &info_,
                            1,
                            1);
        }
    }

    std::vector<T> w_;
    std::vector<real_t<T>> imaginary_;  // of real matrices
    Matrix<T> v_;
    int info_ = 0;
};

template <class T>
General<T> general(const Operands<T>& a, int64_t i, char job) {
    const Matrix<T> matrix = a[i];
    require_finite(matrix, i, a.count());
    General<T> found(matrix, job);
    if (!found.converged()) refuse(i, a.count(), "has eigenvalues that do not converge");
    return found;
}

template <class T>
void eig_as(const chx_launch& launch) {
    using Complex = typename General<T>::Complex;
    const Operands<T> a(chx::input(launch, 0));
    const VectorResults<Complex> w(chx::output(launch, 0));
    const MatrixResults<Complex> v(chx::output(launch, 1));
    if (a.rows() == 0) return;
    for_each_matrix(a.count(), 24 * cube(a.rows()), [&](int64_t i) {
        const General<T> found = general(a, i, 'V');
        for (int k = 0; k < a.rows(); ++k) w[i][k] = found.value(k);
        v.put(i, [&](int r, int c) { return found.vector(r, c); });
    });
}

template <class T>
void eigvals_as(const chx_launch& launch) {
    const Operands<T> a(chx::input(launch, 0));
    const VectorResults<typename General<T>::Complex> w(chx::output(launch, 0));
    if (a.rows() == 0) return;
    for_each_matrix(a.count(), 12 * cube(a.rows()), [&](int64_t i) {
        const General<T> found = general(a, i, 'N');
        for (int k = 0; k < a.rows(); ++k) w[i][k] = found.value(k);
    });
}

void eigh(const chx_launch& launch) {
    with_matrix_type(chx::input(launch, 0).dtype,
                     [&](auto tag) { eigh_as<typename decltype(tag)::type>(launch); });
}
void eigvalsh(const chx_launch& launch) {
    with_matrix_type(chx::input(launch, 0).dtype,
                     [&](auto tag) { eigvalsh_as<typename decltype(tag)::type>(launch); });
}
void eig(const chx_launch& launch) {
    with_matrix_type(chx::input(launch, 0).dtype,
                     [&](auto tag) { eig_as<typename decltype(tag)::type>(launch); });
}
void eigvals(const chx_launch& launch) {
    with_matrix_type(chx::input(launch, 0).dtype,
                     [&](auto tag) { eigvals_as<typename decltype(tag)::type>(launch); });
}

}  // namespace

void register_eigenvalues(KernelList& kernels) {
    kernels.add(CHX_OP_EIGH, CHX_OP_EIGH_VERSION, kMatrixTypes, kMatrixCaps, chx::kernel<&eigh>);
    kernels.add(CHX_OP_EIGVALSH,
                CHX_OP_EIGVALSH_VERSION,
                kMatrixTypes,
                kMatrixCaps,
                chx::kernel<&eigvalsh>);
    kernels.add(CHX_OP_EIG, CHX_OP_EIG_VERSION, kMatrixTypes, kMatrixCaps, chx::kernel<&eig>);
    kernels.add(
        CHX_OP_EIGVALS, CHX_OP_EIGVALS_VERSION, kMatrixTypes, kMatrixCaps, chx::kernel<&eigvals>);
}

}  // namespace linalg
}  // namespace native
