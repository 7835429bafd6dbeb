# The SDK as its next minor might look, for tests/abi; with CHAINERX_ABI_FUTURE the core is built with it, plugins are not.
set(CHAINERX_FUTURE_SDK_DIR "${PROJECT_BINARY_DIR}/future_sdk")
set(CHAINERX_OPS_TABLE "${PROJECT_SOURCE_DIR}/sdk/ops.toml")
if(CHAINERX_BUILD_TESTS)
    file(
        GLOB_RECURSE future_inputs
        CONFIGURE_DEPENDS
        "${PROJECT_SOURCE_DIR}/sdk/include/*"
        "${PROJECT_SOURCE_DIR}/tools/abi_*.py"
    )
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${future_inputs})
    execute_process(
        COMMAND
            "${Python_EXECUTABLE}" -B "${PROJECT_SOURCE_DIR}/tools/abi_future.py" --out
            "${CHAINERX_FUTURE_SDK_DIR}"
        COMMAND_ERROR_IS_FATAL ANY
    )
endif()
if(CHAINERX_ABI_FUTURE)
    set(CHAINERX_OPS_TABLE "${CHAINERX_FUTURE_SDK_DIR}/ops.toml")
endif()
