# Finds what only plugins/onednn needs: oneDNN 3 with a runtime of plain threads, and OpenMP.
# Where it cannot be used, onednn_problem says why.
set(onednn_problem "")
set(onednn_hint "install onednn-cpu-gomp and onednn-devel-cpu-gomp with pip, or name another one in dnnl_DIR")
set(onednn_prefixes "$ENV{VIRTUAL_ENV}")
if(Python_EXECUTABLE)
    execute_process(
        COMMAND "${Python_EXECUTABLE}" -c "import sys; print(sys.prefix)"
        OUTPUT_VARIABLE onednn_python_prefix
        OUTPUT_STRIP_TRAILING_WHITESPACE
        ERROR_QUIET
    )
    list(APPEND onednn_prefixes "${onednn_python_prefix}")
endif()
# A SYCL build asks for packages of its own in its configuration file; whether it is one is asked below.
find_package(dnnl CONFIG QUIET HINTS ${onednn_prefixes})
find_package(OpenMP QUIET COMPONENTS CXX)

if(NOT dnnl_FOUND)
    set(onednn_problem "oneDNN was not found; ${onednn_hint}")
elseif(dnnl_VERSION VERSION_LESS 3 OR dnnl_VERSION VERSION_GREATER_EQUAL 4)
    set(onednn_problem "oneDNN ${dnnl_VERSION} in ${dnnl_DIR}; expected 3.x; ${onednn_hint}")
elseif(NOT DNNL_CPU_RUNTIME MATCHES "^(OMP|SEQ)$")
    set(onednn_problem
        "oneDNN in ${dnnl_DIR} runs on ${DNNL_CPU_RUNTIME}; expected the CPU runtime OMP or SEQ; ${onednn_hint}"
    )
elseif(NOT OpenMP_CXX_FOUND)
    set(onednn_problem "the compiler has no OpenMP, whose threads oneDNN uses")
endif()
