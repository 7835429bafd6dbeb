/* linalg.h - the linalg ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_LINALG_H
#define CHX_OPS_LINALG_H

#include "chx/chx_plugin.h"

/* chx.lu v1 (a) -> (lu, permutation: int64, parity: int64). The factors of a (m, n) by elimination
 * with row pivoting (LAPACK's getrf): a[permutation] = l @ u. lu holds u and, below the diagonal,
 * l, whose diagonal is 1; k = min(m, n); permutation has m elements; parity is the number of row
 * exchanges modulo 2. A matrix without inverse is no error. Dispatch dtypes: float32 float64
 * complex64 complex128. */
#define CHX_OP_LU "chx.lu"
#define CHX_OP_LU_VERSION 1u

/* chx.det v1 (a) -> (y). The determinant of a (n, n); 1 for n = 0. Dispatch dtypes: float32
 * float64 complex64 complex128. */
#define CHX_OP_DET "chx.det"
#define CHX_OP_DET_VERSION 1u

/* chx.slogdet v1 (a) -> (sign, logabsdet). The determinant of a (n, n) as sign * exp(logabsdet): 0
 * and -inf if it is 0. logabsdet is real. Dispatch dtypes: float32 float64 complex64 complex128. */
#define CHX_OP_SLOGDET "chx.slogdet"
#define CHX_OP_SLOGDET_VERSION 1u

/* chx.solve v1 (a, b) -> (x). The x (n, k) with a @ x = b, for a (n, n) and b (n, k).
 * CHX_E_INVALID, or infinities and NaN, if a has no inverse. Dispatch dtypes: float32 float64
 * complex64 complex128. */
#define CHX_OP_SOLVE "chx.solve"
#define CHX_OP_SOLVE_VERSION 1u

/* chx.solve_triangular v1 (a, b) -> (x). The x (n, k) with t @ x = b, where t is the upper
 * triangle of a (n, n), or the lower one, with ones for its diagonal if unit_diagonal; the other
 * elements of a are not read. A zero on the diagonal gives infinities and NaN. Dispatch dtypes:
 * float32 float64 complex64 complex128. */
#define CHX_OP_SOLVE_TRIANGULAR "chx.solve_triangular"
#define CHX_OP_SOLVE_TRIANGULAR_VERSION 1u
typedef struct chx_attrs_solve_triangular {
    uint32_t struct_size;
    int32_t lower; /* 0 or 1 */
    int32_t unit_diagonal; /* 0 or 1 */
    uint32_t reserved; /* 0 */
} chx_attrs_solve_triangular;

/* chx.cholesky v1 (a) -> (y). The lower triangular y with a = y @ y^H, for a Hermitian and
 * positive definite (n, n), or the upper triangular y with a = y^H @ y. Only that triangle of a is
 * read; the other one of y is zero. CHX_E_INVALID, or NaN, if a is not positive definite. Dispatch
 * dtypes: float32 float64 complex64 complex128. */
#define CHX_OP_CHOLESKY "chx.cholesky"
#define CHX_OP_CHOLESKY_VERSION 1u
typedef struct chx_attrs_cholesky {
    uint32_t struct_size;
    int32_t upper; /* 0 or 1 */
} chx_attrs_cholesky;

/* chx.qr v1 (a) -> (q, r). a (m, n) as q @ r with orthonormal columns of q and an upper triangular
 * r, by Householder reflections (LAPACK's geqrf, its signs included); k = min(m, n). reduced: q
 * (m, k), r (k, n); complete: q (m, m), r (m, n); raw: q is the transposed (n, m) array of
 * reflectors and r (k,) their factors. Dispatch dtypes: float32 float64 complex64 complex128. */
#define CHX_OP_QR "chx.qr"
#define CHX_OP_QR_VERSION 1u
#define CHX_QR_MODE_REDUCED 0
#define CHX_QR_MODE_COMPLETE 1
#define CHX_QR_MODE_RAW 2
typedef struct chx_attrs_qr {
    uint32_t struct_size;
    int32_t mode; /* 0 reduced, 1 complete, 2 raw */
} chx_attrs_qr;

/* chx.svd v1 (a) -> (u, s, vh). The singular value decomposition a = u @ diag(s) @ vh of a (m, n);
 * s (k,), k = min(m, n), is real and descending. u (m, k) and vh (k, n), or with full_matrices (m,
 * m) and (n, n). Each pair of a column of u and a row of vh is determined up to a factor of
 * modulus 1. Dispatch dtypes: float32 float64 complex64 complex128. */
#define CHX_OP_SVD "chx.svd"
#define CHX_OP_SVD_VERSION 1u
typedef struct chx_attrs_svd {
    uint32_t struct_size;
    int32_t full_matrices; /* 0 or 1 */
} chx_attrs_svd;

/* chx.svdvals v1 (a) -> (s). The singular values of a (m, n), descending and real; min(m, n) of
 * them. Dispatch dtypes: float32 float64 complex64 complex128. */
#define CHX_OP_SVDVALS "chx.svdvals"
#define CHX_OP_SVDVALS_VERSION 1u

/* chx.eigh v1 (a) -> (w, v). The eigenvalues w (n,), ascending and real, and the orthonormal
 * eigenvectors, the columns of v (n, n), of a Hermitian a (n, n), of which only the lower triangle
 * is read, or the upper one. Each eigenvector is determined up to a factor of modulus 1. Dispatch
 * dtypes: float32 float64 complex64 complex128. */
#define CHX_OP_EIGH "chx.eigh"
#define CHX_OP_EIGH_VERSION 1u
typedef struct chx_attrs_eigh {
    uint32_t struct_size;
    int32_t upper; /* 0 or 1 */
} chx_attrs_eigh;

/* chx.eigvalsh v1 (a) -> (w). The eigenvalues of chx.eigh. Dispatch dtypes: float32 float64
 * complex64 complex128. */
#define CHX_OP_EIGVALSH "chx.eigvalsh"
#define CHX_OP_EIGVALSH_VERSION 1u
typedef struct chx_attrs_eigvalsh {
    uint32_t struct_size;
    int32_t upper; /* 0 or 1 */
} chx_attrs_eigvalsh;

/* chx.eig v1 (a) -> (w, v). The eigenvalues w (n,), in no particular order, and the eigenvectors
 * of norm 1, the columns of v (n, n), of a (n, n); both complex. Each eigenvector is determined up
 * to a factor of modulus 1. CHX_E_INVALID if the iteration does not converge, or a is not finite.
 * Dispatch dtypes: float32 float64 complex64 complex128. */
#define CHX_OP_EIG "chx.eig"
#define CHX_OP_EIG_VERSION 1u

/* chx.eigvals v1 (a) -> (w). The eigenvalues of chx.eig. Dispatch dtypes: float32 float64
 * complex64 complex128. */
#define CHX_OP_EIGVALS "chx.eigvals"
#define CHX_OP_EIGVALS_VERSION 1u

/* chx.pinv v1 (a, rtol: float64) -> (y). The pseudo-inverse (n, m) of a (m, n) by Moore and
 * Penrose; singular values that are not greater than rtol times the greatest one count as zero.
 * rtol has the shape of the batch. Dispatch dtypes: float32 float64 complex64 complex128. */
#define CHX_OP_PINV "chx.pinv"
#define CHX_OP_PINV_VERSION 1u

#endif
