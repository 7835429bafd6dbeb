# What a call copies and clears is short: a few dimensions, an attribute struct. g++ makes string instructions of it, whose
# start alone takes as long as the rest of the call.
function(chainerx_copy_shortly target)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        set(short "vector_loop:512:noalign,libcall:-1:noalign")
        target_compile_options(
            ${target}
            PRIVATE
                -mmemset-strategy=${short}
                -mmemcpy-strategy=${short}
                -fno-tree-loop-distribute-patterns
                -fno-tree-slp-vectorize
        )
    endif()
endfunction()
