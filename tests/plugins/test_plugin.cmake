# add_test_plugin(): builds one C file as a plugin into a folder of its own below test_plugins/, with its manifest.
include_guard()

file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/../../sdk/include/chx/chx_plugin.h" _test_plugin_abi
     REGEX "^#define CHX_ABI_(MAJOR|MINOR) ")
string(REGEX REPLACE ".*CHX_ABI_MAJOR ([0-9]+).*" "\\1" TEST_PLUGIN_ABI_MAJOR "${_test_plugin_abi}")
string(REGEX REPLACE ".*CHX_ABI_MINOR ([0-9]+).*" "\\1" TEST_PLUGIN_ABI_MINOR "${_test_plugin_abi}")
set(TEST_PLUGIN_MANIFEST "${CMAKE_CURRENT_LIST_DIR}/test_plugin.chx.json.in")

# write_test_manifest(kind
#     [FOLDER folder]         default: test_plugins/<kind> in the build folder
#     [NAME name]             what the manifest calls the plugin; default: kind
#     [KERNELS_FOR memory]    makes it a kernel provider
#     [ABI_MAJOR number]      default: the SDK's
#     [MANIFEST_VERSION number])
function(write_test_manifest kind)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER;NAME;KERNELS_FOR;ABI_MAJOR;MANIFEST_VERSION" "")
    set(name "${kind}")
    if(arg_NAME)
        set(name "${arg_NAME}")
    endif()
    set(kernels_for "null")
    set(devices "[\"${name}\"]")
    if(arg_KERNELS_FOR)
        set(kernels_for "\"${arg_KERNELS_FOR}\"")
        set(devices "[]")
    endif()
    set(abi_major "${TEST_PLUGIN_ABI_MAJOR}")
    if(arg_ABI_MAJOR)
        set(abi_major "${arg_ABI_MAJOR}")
    endif()
    set(manifest_version 1)
    if(arg_MANIFEST_VERSION)
        set(manifest_version "${arg_MANIFEST_VERSION}")
    endif()
    if(NOT arg_FOLDER)
        set(arg_FOLDER "${CMAKE_BINARY_DIR}/test_plugins/${kind}")
    endif()
    configure_file("${TEST_PLUGIN_MANIFEST}" "${arg_FOLDER}/${kind}.chx.json" @ONLY)
endfunction()

# add_test_plugin(kind [UNRESOLVED] [SOURCE file] [options of write_test_manifest])
#     UNRESOLVED  lets the library refer to a function that does not exist
function(add_test_plugin kind)
    cmake_parse_arguments(PARSE_ARGV 1 arg "UNRESOLVED" "SOURCE" "")
    if(NOT arg_SOURCE)
        set(arg_SOURCE "${kind}.c")
    endif()
    set(target test_plugin_${kind})
    add_library(${target} MODULE "${arg_SOURCE}")
    target_link_libraries(${target} PRIVATE chainerx::sdk)
    set_target_properties(
        ${target}
        PROPERTIES
            OUTPUT_NAME "${kind}"
            PREFIX ""
            C_VISIBILITY_PRESET hidden
            LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/test_plugins/${kind}"
    )
    if(NOT arg_UNRESOLVED AND NOT CHAINERX_SANITIZE)
        target_link_options(${target} PRIVATE "-Wl,-z,defs")
    endif()
    write_test_manifest(${kind} ${arg_UNPARSED_ARGUMENTS})
endfunction()
