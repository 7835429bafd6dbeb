// Singular values and their vectors.
#include <chx/ops/linalg.h>

#include "kernel_list.h"
#include "kernels/linalg/lapack.h"
#include "kernels/linalg/matrices.h"

namespace native {
namespace linalg {
namespace {

// LAPACK's gesdd: job is N (values only), S (as many vectors) or A (all vectors).
template <class T>
class Decomposition {
public:
    Decomposition(Matrix<T> a, char job)
        : s(static_cast<size_t>(std::max(1, std::min(a.rows, a.columns)))),
          u(job == 'N' ? 0 : a.rows, job == 'A' ? a.rows : std::min(a.rows, a.columns)),
          vh(job == 'A'   ? a.columns
             : job == 'N' ? 0
                          : std::min(a.rows, a.columns),
             a.columns) {
        const auto k = s.size(), longer = static_cast<size_t>(std::max(a.rows, a.columns));
        std::vector<int> indices(8 * k);
        // What LAPACK 3.7 and later document; values alone take less.
        std::vector<real_t<T>> reals(
            is_complex_v<T> ? std::max(5 * k * k + 5 * k, 2 * longer * k + 2 * k * k + k) + 1 : 0);
        T asked{};
        run(a, job, &asked, -1, reals.data(), indices.data());
        std::vector<T> work(static_cast<size_t>(workspace_size(asked)));
        run(a, job, work.data(), static_cast<int>(work.size()), reals.data(), indices.data());
    }
    bool converged() const { return info_ == 0; }

    std::vector<real_t<T>> s;
    Matrix<T> u, vh;

private:
    void run(Matrix<T>& a, char job, T* work, int size, real_t<T>* reals, int* indices) {
        if constexpr (is_complex_v<T>) {
            Lapack<T>::gesdd(&job,
                             &a.rows,
                             &a.columns,
                             a.data(),
                             &a.lead,
                             s.data(),
                             u.data(),
                             &u.lead,
                             vh.data(),
                             &vh.lead,
                             work,
                             &size,
                             reals,
                             indices,
                             &info_,
                             1);
        } else {
            Lapack<T>::gesdd(&job,
                             &a.rows,
                             &a.columns,
                             a.data(),
                             &a.lead,
                             s.data(),
                             u.data(),
                             &u.lead,
                             vh.data(),
                             &vh.lead,
                             work,
                             &size,
                             indices,
                             &info_,
                             1);
        }
    }

    int info_ = 0;
};

template <class T>
Decomposition<T> decompose(const Operands<T>& a, int64_t i, char job) {
    const Matrix<T> matrix = a[i];
    require_finite(matrix, i, a.count());
    Decomposition<T> found(matrix, job);
    if (!found.converged()) refuse(i, a.count(), "has singular values that do not converge");
    return found;
}

template <class T>
void svd_as(const chx_launch& launch) {
    const char job = chx::attrs<chx_attrs_svd>(launch).full_matrices != 0 ? 'A' : 'S';
    const Operands<T> a(chx::input(launch, 0));
    const MatrixResults<T> u(chx::output(launch, 0)), vh(chx::output(launch, 2));
    const VectorResults<real_t<T>> s(chx::output(launch, 1));
    const int k = std::min(a.rows(), a.columns());
    for_each_matrix(a.count(), 8 * cube(std::max(a.rows(), a.columns())), [&](int64_t i) {
        if (k == 0) {
            u.put_identity(i);
            return vh.put_identity(i);
        }
        const auto found = decompose(a, i, job);
        u.put(i, [&](int r, int c) { return found.u(r, c); });
        vh.put(i, [&](int r, int c) { return found.vh(r, c); });
        std::copy_n(found.s.data(), k, s[i]);
    });
}

template <class T>
void svdvals_as(const chx_launch& launch) {
    const Operands<T> a(chx::input(launch, 0));
    const VectorResults<real_t<T>> s(chx::output(launch, 0));
    const int k = std::min(a.rows(), a.columns());
    if (k == 0) return;
    for_each_matrix(a.count(), 4 * cube(std::max(a.rows(), a.columns())), [&](int64_t i) {
        std::copy_n(decompose(a, i, 'N').s.data(), k, s[i]);
    });
}

void svd(const chx_launch& launch) {
    with_matrix_type(chx::input(launch, 0).dtype,
                     [&](auto tag) { svd_as<typename decltype(tag)::type>(launch); });
}

void svdvals(const chx_launch& launch) {
    with_matrix_type(chx::input(launch, 0).dtype,
                     [&](auto tag) { svdvals_as<typename decltype(tag)::type>(launch); });
}

}  // namespace

void register_singular_values(KernelList& kernels) {
    kernels.add(CHX_OP_SVD, CHX_OP_SVD_VERSION, kMatrixTypes, kMatrixCaps, chx::kernel<&svd>);
    kernels.add(
        CHX_OP_SVDVALS, CHX_OP_SVDVALS_VERSION, kMatrixTypes, kMatrixCaps, chx::kernel<&svdvals>);
}

}  // namespace linalg
}  // namespace native
