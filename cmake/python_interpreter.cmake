# Finds the Python that runs the op generator and, if wanted, the headers to build the module with.
# A .venv in the source tree is preferred, activated or not.
if(NOT DEFINED Python_EXECUTABLE AND NOT DEFINED ENV{VIRTUAL_ENV})
    if(EXISTS "${PROJECT_SOURCE_DIR}/.venv/bin/python")
        set(Python_EXECUTABLE "${PROJECT_SOURCE_DIR}/.venv/bin/python")
    endif()
endif()

set(python_components Interpreter)
if(CHAINERX_BUILD_PYTHON)
    list(APPEND python_components Development.Module)
endif()
find_package(Python 3.11 REQUIRED COMPONENTS ${python_components})
