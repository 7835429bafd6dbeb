# Finds the third-party libraries. Each is used by one part only and none shows in an installed header.
# An error here names the Debian package to install.
function(chainerx_require package target hint)
    if(NOT TARGET ${target})
        message(FATAL_ERROR "${package}: target ${target} was not found; ${hint}")
    endif()
endfunction()

find_package(Threads REQUIRED)

# Boost.DLL is header-only once it is told to use std::filesystem.
find_package(Boost 1.74 CONFIG QUIET)
chainerx_require(Boost Boost::headers "install libboost-dev (1.74 or newer)")
add_library(chainerx_boost_dll INTERFACE)
target_link_libraries(chainerx_boost_dll INTERFACE Boost::headers ${CMAKE_DL_LIBS})
target_compile_definitions(chainerx_boost_dll INTERFACE BOOST_DLL_USE_STD_FS)

find_package(fmt 9 CONFIG QUIET)
chainerx_require(fmt fmt::fmt "install libfmt-dev (9 or newer)")
find_package(spdlog 1.10 CONFIG QUIET)
chainerx_require(spdlog spdlog::spdlog "install libspdlog-dev (1.10 or newer)")
add_library(chainerx_logging INTERFACE)
# A wheel carries both inside the core; elsewhere the shared libraries save compile time.
if(CHAINERX_WHEEL)
    target_link_libraries(
        chainerx_logging
        INTERFACE fmt::fmt-header-only spdlog::spdlog_header_only
    )
else()
    target_link_libraries(chainerx_logging INTERFACE fmt::fmt spdlog::spdlog)
endif()

find_package(nlohmann_json 3.11 CONFIG QUIET)
chainerx_require(nlohmann_json nlohmann_json::nlohmann_json "install nlohmann-json3-dev")

find_package(ZLIB QUIET)
chainerx_require(ZLIB ZLIB::ZLIB "install zlib1g-dev")

if(CHAINERX_BUILD_TESTS)
    find_package(GTest CONFIG QUIET)
    chainerx_require(GTest GTest::gmock "install libgtest-dev and libgmock-dev")
endif()


if(CHAINERX_BUILD_PYTHON)
    execute_process(
        COMMAND "${Python_EXECUTABLE}" -m pybind11 --cmakedir
        OUTPUT_VARIABLE pybind11_cmake_dir
        OUTPUT_STRIP_TRAILING_WHITESPACE
        ERROR_QUIET
    )
    find_package(pybind11 3.0 CONFIG QUIET HINTS "${pybind11_cmake_dir}")
    chainerx_require(
        pybind11 pybind11::module
        "run '${Python_EXECUTABLE} -m pip install -r requirements-dev.txt'"
    )
endif()
