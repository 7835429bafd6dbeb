# Finds what only plugins/native_cpu needs: Highway (SIMD), serial BLIS (BLAS), LAPACK, Random123 and kissfft.
# Makes the targets chainerx_highway, chainerx_blas, chainerx_lapack, chainerx_random123 and chainerx_kissfft.
find_package(hwy 1.0.3 CONFIG QUIET)
add_library(chainerx_highway INTERFACE)
if(TARGET hwy::hwy)
    target_link_libraries(chainerx_highway INTERFACE hwy::hwy)
    if(TARGET hwy::hwy_contrib)
        target_link_libraries(chainerx_highway INTERFACE hwy::hwy_contrib)
    endif()
else()
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(libhwy REQUIRED IMPORTED_TARGET libhwy libhwy-contrib)
    target_link_libraries(chainerx_highway INTERFACE PkgConfig::libhwy)
endif()

# The static library comes first: a plugin that carries its BLAS cannot meet another copy at run time.
find_path(BLIS_INCLUDE_DIR cblas.h PATH_SUFFIXES blis-serial blis REQUIRED)
find_library(
    BLIS_LIBRARY
    NAMES libblis.a blis
    PATH_SUFFIXES blis-serial
    REQUIRED
    DOC "Serial BLIS (Debian: libblis-serial-dev)"
)
add_library(chainerx_blas INTERFACE)
target_include_directories(chainerx_blas SYSTEM INTERFACE "${BLIS_INCLUDE_DIR}")
target_link_libraries(chainerx_blas INTERFACE "${BLIS_LIBRARY}" Threads::Threads m)

find_path(
    RANDOM123_INCLUDE_DIR
    Random123/philox.h
    REQUIRED
    DOC "Random123 (Debian: librandom123-dev)"
)
add_library(chainerx_random123 INTERFACE)
target_include_directories(chainerx_random123 SYSTEM INTERFACE "${RANDOM123_INCLUDE_DIR}")

# The static library of position-independent code: the plugin carries what it calls, over its own BLAS.
find_library(
    LAPACK_LIBRARY
    NAMES liblapack_pic.a lapack
    REQUIRED
    DOC "LAPACK (Debian: liblapack-dev)"
)
# Of the Fortran run-time library Debian's package has no development name unless a compiler is installed.
find_library(
    GFORTRAN_LIBRARY
    NAMES gfortran libgfortran.so.5
    REQUIRED
    DOC "Fortran run-time library (Debian: libgfortran5)"
)
add_library(chainerx_lapack INTERFACE)
target_link_libraries(
    chainerx_lapack
    INTERFACE "${LAPACK_LIBRARY}" chainerx_blas "${GFORTRAN_LIBRARY}"
)

find_path(
    KISSFFT_INCLUDE_DIR
    kissfft/kissfft.hh
    REQUIRED
    DOC "kissfft, headers only (Debian: libkissfft-dev)"
)
add_library(chainerx_kissfft INTERFACE)
target_include_directories(chainerx_kissfft SYSTEM INTERFACE "${KISSFFT_INCLUDE_DIR}")
