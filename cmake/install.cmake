# Installs the CMake packages chainerx_sdk and chainerx, and their pkg-config files, all relocatable.
include(CMakePackageConfigHelpers)
set(CHAINERX_CMAKE_INSTALL_DIR "${CMAKE_INSTALL_LIBDIR}/cmake")

foreach(package chainerx chainerx_sdk)
    set(destination "${CHAINERX_CMAKE_INSTALL_DIR}/${package}")
    configure_package_config_file(
        "${PROJECT_SOURCE_DIR}/cmake/${package}Config.cmake.in"
        "${PROJECT_BINARY_DIR}/cmake/${package}Config.cmake"
        INSTALL_DESTINATION "${destination}"
    )
    write_basic_package_version_file(
        "${PROJECT_BINARY_DIR}/cmake/${package}ConfigVersion.cmake"
        COMPATIBILITY SameMinorVersion
    )
    install(
        FILES
            "${PROJECT_BINARY_DIR}/cmake/${package}Config.cmake"
            "${PROJECT_BINARY_DIR}/cmake/${package}ConfigVersion.cmake"
        DESTINATION "${destination}"
        COMPONENT development
    )
    install(
        EXPORT ${package}Targets
        NAMESPACE chainerx::
        DESTINATION "${destination}"
        COMPONENT development
    )
    configure_file("cmake/${package}.pc.in" "${PROJECT_BINARY_DIR}/cmake/${package}.pc" @ONLY)
    install(
        FILES "${PROJECT_BINARY_DIR}/cmake/${package}.pc"
        DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
        COMPONENT development
    )
endforeach()

install(
    FILES
        cmake/chainerx_add_plugin.cmake
        cmake/chainerx_plugin.map
        cmake/chainerx_plugin.chx.json.in
    DESTINATION "${CHAINERX_CMAKE_INSTALL_DIR}/chainerx_sdk"
    COMPONENT development
)
