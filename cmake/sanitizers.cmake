# Applies CHAINERX_SANITIZE to everything that is compiled and linked.
if(CHAINERX_SANITIZE)
    list(JOIN CHAINERX_SANITIZE "," sanitizers)
    # What sanitizers add to the code misleads gcc's search for uninitialized values, as its manual says.
    add_compile_options(-fsanitize=${sanitizers} -fno-omit-frame-pointer -Wno-maybe-uninitialized)
    add_link_options(-fsanitize=${sanitizers})
    if("undefined" IN_LIST CHAINERX_SANITIZE)
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
endif()
