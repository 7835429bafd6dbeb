# Target `docs`: the reference pages that are made rather than written, in build/<preset>/docs.
set(documentation_dir "${PROJECT_BINARY_DIR}/docs")
add_custom_target(
    docs
    COMMAND ${CMAKE_COMMAND} -E copy_directory "${CHAINERX_GENERATED_DIR}/docs" "${documentation_dir}"
    COMMAND
        "${Python_EXECUTABLE}" -B "${PROJECT_SOURCE_DIR}/tools/abi_reference.py" --out
        "${documentation_dir}/abi.md"
    COMMENT "Writing ${documentation_dir}"
)
if(CHAINERX_BUILD_PYTHON AND TARGET chainerx_plugin_native)
    add_custom_command(
        TARGET docs
        POST_BUILD
        COMMAND
            ${CMAKE_COMMAND} -E env "PYTHONPATH=${PROJECT_BINARY_DIR}/python" "${Python_EXECUTABLE}" -m
            chainerx ops native:0 > "${documentation_dir}/ops-on-native.md"
    )
    add_dependencies(docs _core chainerx_plugin_native)
endif()
