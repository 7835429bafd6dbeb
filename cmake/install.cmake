# Installs the CMake package chainerx and its pkg-config file, relocatable; the SDK installs its own (sdk/CMakeLists.txt).
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/chainerx")

configure_package_config_file(
    cmake/chainerxConfig.cmake.in
    "${PROJECT_BINARY_DIR}/cmake/chainerxConfig.cmake"
    INSTALL_DESTINATION "${package_dir}"
)
write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/cmake/chainerxConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion
)
configure_file(cmake/chainerx.pc.in "${PROJECT_BINARY_DIR}/cmake/chainerx.pc" @ONLY)

install(
    FILES
        "${PROJECT_BINARY_DIR}/cmake/chainerxConfig.cmake"
        "${PROJECT_BINARY_DIR}/cmake/chainerxConfigVersion.cmake"
    DESTINATION "${package_dir}"
    COMPONENT development
)
install(
    EXPORT chainerxTargets
    NAMESPACE chainerx::
    DESTINATION "${package_dir}"
    COMPONENT development
)
install(
    FILES "${PROJECT_BINARY_DIR}/cmake/chainerx.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
    COMPONENT development
)
