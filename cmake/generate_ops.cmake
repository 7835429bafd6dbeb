# Makes everything that follows from sdk/ops.toml, in build/generated. It runs while configuring, because
# the table decides which files there are; a change of the table or of the generator configures anew.
set(CHAINERX_GENERATED_DIR "${PROJECT_BINARY_DIR}/generated")
file(
    GLOB generator_inputs
    CONFIGURE_DEPENDS
    "${PROJECT_SOURCE_DIR}/sdk/*.toml"
    "${PROJECT_SOURCE_DIR}/tools/generate_ops.py"
    "${PROJECT_SOURCE_DIR}/tools/opgen/*.py"
)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${generator_inputs})

execute_process(
    COMMAND
        "${Python_EXECUTABLE}" -B "${PROJECT_SOURCE_DIR}/tools/generate_ops.py" --table
        "${CHAINERX_OPS_TABLE}" --out "${CHAINERX_GENERATED_DIR}"
    RESULT_VARIABLE generator_failed
)
if(generator_failed)
    message(FATAL_ERROR "tools/generate_ops.py failed; see its message above")
endif()
