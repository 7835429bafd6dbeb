# Sets the flags that hold for every file we compile: warnings are errors, nothing is exported by accident.
add_compile_options(-Wall -Wextra -Werror)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
    foreach(language C CXX)
        if(NOT CMAKE_${language}_COMPILER_LAUNCHER)
            set(CMAKE_${language}_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
        endif()
    endforeach()
endif()
