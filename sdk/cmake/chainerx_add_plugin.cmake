# chainerx_add_plugin(): builds a plugin that exports chx_plugin_query_v0 and nothing else.
# It is installed with the SDK: first-party and third-party plugins are built by the same lines.
include_guard(GLOBAL)

# Reads the version of the ABI from the SDK's header, in the source tree or below an install prefix.
function(_chainerx_read_abi_version major minor)
    find_file(
        header
        chx/chx_plugin.h
        PATHS "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../include"
              "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../../include"
        NO_DEFAULT_PATH
        NO_CACHE
        REQUIRED
    )
    file(STRINGS "${header}" lines REGEX "^#define CHX_ABI_(MAJOR|MINOR) ")
    string(REGEX REPLACE ".*CHX_ABI_MAJOR ([0-9]+).*" "\\1" found_major "${lines}")
    string(REGEX REPLACE ".*CHX_ABI_MINOR ([0-9]+).*" "\\1" found_minor "${lines}")
    set(${major} ${found_major} PARENT_SCOPE)
    set(${minor} ${found_minor} PARENT_SCOPE)
endfunction()

# chainerx_add_plugin(name
#     SOURCES files...           what to compile
#     [LINK libraries...]        libraries of the vendor; never the core
#     [DEVICES names...]         the manifest's device names; none for a kernel provider
#     [KERNELS_FOR kind]         the kind of memory that a kernel provider serves
#     [MANIFEST file]            a manifest of your own; @PLUGIN_NAME@, @PLUGIN_VERSION@,
#                                @PLUGIN_LIBRARY@, @ABI_MAJOR@ and @ABI_MINOR@ are replaced
#     [VERSION x.y.z]            default: the project's
#     [OUTPUT_DIRECTORY folder]  where the plugin and its manifest are built
#     [INSTALL_DIRECTORY folder] default lib/chainerx/plugins
#     [NO_INSTALL])
function(chainerx_add_plugin name)
    set(one_value KERNELS_FOR MANIFEST VERSION OUTPUT_DIRECTORY INSTALL_DIRECTORY)
    cmake_parse_arguments(PARSE_ARGV 1 arg "NO_INSTALL" "${one_value}" "SOURCES;LINK;DEVICES")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "chainerx_add_plugin: unknown arguments ${arg_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT arg_SOURCES)
        message(FATAL_ERROR "chainerx_add_plugin: ${name} has no SOURCES")
    endif()
    if(NOT arg_OUTPUT_DIRECTORY)
        set(arg_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
        if(CHAINERX_PLUGIN_OUTPUT_DIRECTORY)
            set(arg_OUTPUT_DIRECTORY "${CHAINERX_PLUGIN_OUTPUT_DIRECTORY}")
        endif()
    endif()

    set(target chainerx_plugin_${name})
    add_library(${target} MODULE ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE chainerx::sdk ${arg_LINK})
    set(version_script "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/chainerx_plugin.map")
    target_link_options(${target} PRIVATE "-Wl,--version-script=${version_script}")
    if(NOT CHAINERX_SANITIZE)
        target_link_options(${target} PRIVATE "-Wl,-z,defs")
    endif()
    set_target_properties(
        ${target}
        PROPERTIES
            OUTPUT_NAME "${name}"
            PREFIX ""
            LIBRARY_OUTPUT_DIRECTORY "${arg_OUTPUT_DIRECTORY}"
            C_VISIBILITY_PRESET hidden
            CXX_VISIBILITY_PRESET hidden
            VISIBILITY_INLINES_HIDDEN ON
            LINK_DEPENDS "${version_script}"
    )
    _chainerx_write_manifest(${name} ${target})

    if(NOT arg_NO_INSTALL)
        if(NOT arg_INSTALL_DIRECTORY)
            set(arg_INSTALL_DIRECTORY lib/chainerx/plugins)
        endif()
        set(manifest "${arg_OUTPUT_DIRECTORY}/${name}.chx.json")
        install(TARGETS ${target} LIBRARY DESTINATION "${arg_INSTALL_DIRECTORY}" COMPONENT plugins)
        install(FILES "${manifest}" DESTINATION "${arg_INSTALL_DIRECTORY}" COMPONENT plugins)
    endif()
endfunction()

# Writes <name>.chx.json beside the library; reads the arguments of chainerx_add_plugin.
function(_chainerx_write_manifest name target)
    _chainerx_read_abi_version(ABI_MAJOR ABI_MINOR)
    set(PLUGIN_NAME "${name}")
    set(PLUGIN_LIBRARY "${name}.so")
    set(PLUGIN_VERSION "${arg_VERSION}")
    if(NOT PLUGIN_VERSION)
        set(PLUGIN_VERSION "${PROJECT_VERSION}")
    endif()
    set(PLUGIN_KERNELS_FOR null)
    if(arg_KERNELS_FOR)
        set(PLUGIN_KERNELS_FOR "\"${arg_KERNELS_FOR}\"")
    endif()
    list(TRANSFORM arg_DEVICES REPLACE "(.+)" "\"\\1\"")
    list(JOIN arg_DEVICES ", " PLUGIN_DEVICES)
    if(NOT arg_MANIFEST)
        set(arg_MANIFEST "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/chainerx_plugin.chx.json.in")
    endif()
    configure_file("${arg_MANIFEST}" "${arg_OUTPUT_DIRECTORY}/${name}.chx.json" @ONLY)
endfunction()
