// The routines of LAPACK that kernels call, by dtype: Lapack<float>::getrf and so on. Column-major; info as LAPACK gives it.
#pragma once

#include <complex>
#include <cstddef>

namespace native::linalg {

// Fortran hands the length of each string over behind the other arguments.
#define NATIVE_LAPACK_OF_ANY(x, T)                                                           \
    void x##getrf_(const int* m, const int* n, T* a, const int* lda, int* ipiv, int* info);  \
    void x##getrs_(const char* trans,                                                        \
                   const int* n,                                                             \
                   const int* nrhs,                                                          \
                   const T* a,                                                               \
                   const int* lda,                                                           \
                   const int* ipiv,                                                          \
                   T* b,                                                                     \
                   const int* ldb,                                                           \
                   int* info,                                                                \
                   size_t);                                                                  \
    void x##potrf_(const char* uplo, const int* n, T* a, const int* lda, int* info, size_t); \
    void x##geqrf_(const int* m,                                                             \
                   const int* n,                                                             \
                   T* a,                                                                     \
                   const int* lda,                                                           \
                   T* tau,                                                                   \
                   T* work,                                                                  \
                   const int* lwork,                                                         \
                   int* info);                                                               \
    void x##trtrs_(const char* uplo,                                                         \
                   const char* trans,                                                        \
                   const char* diag,                                                         \
                   const int* n,                                                             \
                   const int* nrhs,                                                          \
                   const T* a,                                                               \
                   const int* lda,                                                           \
                   T* b,                                                                     \
                   const int* ldb,                                                           \
                   int* info,                                                                \
                   size_t,                                                                   \
                   size_t,                                                                   \
                   size_t);

#define NATIVE_LAPACK_ORGQR(name, T) \
    void name(const int* m,          \
              const int* n,          \
              const int* k,          \
              T* a,                  \
              const int* lda,        \
              const T* tau,          \
              T* work,               \
              const int* lwork,      \
              int* info);

#define NATIVE_LAPACK_OF_REAL(x, T)   \
    NATIVE_LAPACK_OF_ANY(x, T)        \
    NATIVE_LAPACK_ORGQR(x##orgqr_, T) \
    void x##gesdd_(const char* jobz,  \
                   const int* m,      \
                   const int* n,      \
                   T* a,              \
                   const int* lda,    \
                   T* s,              \
                   T* u,              \
                   const int* ldu,    \
                   T* vt,             \
                   const int* ldvt,   \
                   T* work,           \
                   const int* lwork,  \
                   int* iwork,        \
                   int* info,         \
                   size_t);           \
    void x##syevd_(const char* jobz,  \
                   const char* uplo,  \
                   const int* n,      \
                   T* a,              \
                   const int* lda,    \
                   T* w,              \
                   T* work,           \
                   const int* lwork,  \
                   int* iwork,        \
                   const int* liwork, \
                   int* info,         \
                   size_t,            \
                   size_t);           \
    void x##geev_(const char* jobvl,  \
                  const char* jobvr,  \
                  const int* n,       \
                  T* a,               \
                  const int* lda,     \
                  T* wr,              \
                  T* wi,              \
                  T* vl,              \
                  const int* ldvl,    \
                  T* vr,              \
                  const int* ldvr,    \
                  T* work,            \
                  const int* lwork,   \
                  int* info,          \
                  size_t,             \
                  size_t);

#define NATIVE_LAPACK_OF_COMPLEX(x, R)              \
    NATIVE_LAPACK_OF_ANY(x, std::complex<R>)        \
    NATIVE_LAPACK_ORGQR(x##ungqr_, std::complex<R>) \
    void x##gesdd_(const char* jobz,                \
                   const int* m,                    \
                   const int* n,                    \
                   std::complex<R>* a,              \
                   const int* lda,                  \
                   R* s,                            \
                   std::complex<R>* u,              \
                   const int* ldu,                  \
                   std::complex<R>* vt,             \
                   const int* ldvt,                 \
                   std::complex<R>* work,           \
                   const int* lwork,                \
                   R* rwork,                        \
                   int* iwork,                      \
                   int* info,                       \
                   size_t);                         \
    void x##heevd_(const char* jobz,                \
                   const char* uplo,                \
                   const int* n,                    \
                   std::complex<R>* a,              \
                   const int* lda,                  \
                   R* w,                            \
                   std::complex<R>* work,           \
                   const int* lwork,                \
                   R* rwork,                        \
                   const int* lrwork,               \
                   int* iwork,                      \
                   const int* liwork,               \
                   int* info,                       \
                   size_t,                          \
                   size_t);                         \
    void x##geev_(const char* jobvl,                \
                  const char* jobvr,                \
                  const int* n,                     \
                  std::complex<R>* a,               \
                  const int* lda,                   \
                  std::complex<R>* w,               \
                  std::complex<R>* vl,              \
                  const int* ldvl,                  \
                  std::complex<R>* vr,              \
                  const int* ldvr,                  \
                  std::complex<R>* work,            \
                  const int* lwork,                 \
                  R* rwork,                         \
                  int* info,                        \
                  size_t,                           \
                  size_t);

extern "C" {
NATIVE_LAPACK_OF_REAL(s, float)
NATIVE_LAPACK_OF_REAL(d, double)
NATIVE_LAPACK_OF_COMPLEX(c, float)
NATIVE_LAPACK_OF_COMPLEX(z, double)
}

template <class T>
struct Lapack;

#define NATIVE_LAPACK_NAMES(T, x, orgqr_name, syevd_name) \
    template <>                                           \
    struct Lapack<T> {                                    \
        static constexpr auto getrf = x##getrf_;          \
        static constexpr auto getrs = x##getrs_;          \
        static constexpr auto potrf = x##potrf_;          \
        static constexpr auto geqrf = x##geqrf_;          \
        static constexpr auto trtrs = x##trtrs_;          \
        static constexpr auto orgqr = orgqr_name;         \
        static constexpr auto gesdd = x##gesdd_;          \
        static constexpr auto syevd = syevd_name;         \
        static constexpr auto geev = x##geev_;            \
    }

NATIVE_LAPACK_NAMES(float, s, sorgqr_, ssyevd_);
NATIVE_LAPACK_NAMES(double, d, dorgqr_, dsyevd_);
NATIVE_LAPACK_NAMES(std::complex<float>, c, cungqr_, cheevd_);
NATIVE_LAPACK_NAMES(std::complex<double>, z, zungqr_, zheevd_);

#undef NATIVE_LAPACK_OF_ANY
#undef NATIVE_LAPACK_ORGQR
#undef NATIVE_LAPACK_OF_REAL
#undef NATIVE_LAPACK_OF_COMPLEX
#undef NATIVE_LAPACK_NAMES

}  // namespace native::linalg
