# Applies CHAINERX_SANITIZE to everything that is compiled and linked.
if(CHAINERX_SANITIZE)
    list(JOIN CHAINERX_SANITIZE "," sanitizers)
    add_compile_options(-fsanitize=${sanitizers} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${sanitizers})
    if("undefined" IN_LIST CHAINERX_SANITIZE)
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
endif()
