# chainerx_add_tests(name FOLDER folder [SDK_ONLY] [PLUGINS path] [LINK libraries...]): one executable of a folder's *.cc, each
# googletest case a ctest case. It holds the core's objects, so that tests may look at hidden internals; with
# SDK_ONLY it is a small host of its own for the plugin that CHX_TEST_PLUGIN names. PLUGINS: the manifest, or the folder
# of several, that it finds; the plugin native alone if nothing is said.
set(CHAINERX_TEST_PLUGIN_DIR "${PROJECT_BINARY_DIR}/test_plugins")

function(chainerx_add_tests name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "SDK_ONLY" "FOLDER;PLUGINS" "LINK")
    file(GLOB sources CONFIGURE_DEPENDS "${arg_FOLDER}/*.cc")
    if(NOT sources)
        return()
    endif()
    set(target ${name}_test)
    set(native "${CHAINERX_PLUGIN_OUTPUT_DIRECTORY}/native.so")
    add_executable(${target} ${sources})
    target_link_libraries(${target} PRIVATE GTest::gmock GTest::gtest_main ${arg_LINK})
    if(arg_SDK_ONLY)
        target_link_libraries(${target} PRIVATE chainerx::sdk Threads::Threads ${CMAKE_DL_LIBS})
        target_compile_definitions(${target} PRIVATE CHX_TEST_PLUGIN="${native}")
    else()
        target_link_libraries(${target} PRIVATE chainerx_objects)
    endif()
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_compile_definitions(
        ${target}
        PRIVATE
            CHAINERX_TEST_PLUGIN_DIR="${CHAINERX_TEST_PLUGIN_DIR}"
            CHAINERX_NATIVE_PLUGIN_DIR="${CHAINERX_PLUGIN_OUTPUT_DIRECTORY}"
    )
    if(TARGET chainerx_plugin_native)
        add_dependencies(${target} chainerx_plugin_native)
    endif()
    if(NOT arg_PLUGINS)
        set(arg_PLUGINS "${CHAINERX_PLUGIN_OUTPUT_DIRECTORY}/native.chx.json")
    endif()
    # The executable has no plugins beside it, as the library does: they are named in the environment.
    gtest_discover_tests(
        ${target}
        TEST_PREFIX "${name}."
        DISCOVERY_MODE PRE_TEST
        DISCOVERY_TIMEOUT 60
        PROPERTIES ENVIRONMENT "CHAINERX_PLUGIN_PATH=${arg_PLUGINS}" TIMEOUT 300
    )
endfunction()
