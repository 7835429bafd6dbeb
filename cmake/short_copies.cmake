# What a call copies and clears is short: a few dimensions, an attribute struct. g++ makes string instructions of it, whose
# start alone takes as long as the rest of the call. LOOPS: loops over dimensions stay loops, too, also of two rounds, since
# what has just been written element by element is not read as a vector without a wait.
function(chainerx_copy_shortly target)
    if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU" OR NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        return()
    endif()
    set(short "vector_loop:512:noalign,libcall:-1:noalign")
    target_compile_options(${target} PRIVATE -mmemset-strategy=${short} -mmemcpy-strategy=${short})
    if("LOOPS" IN_LIST ARGN)
        target_compile_options(
            ${target}
            PRIVATE -fno-tree-loop-distribute-patterns -fno-tree-vectorize
        )
    endif()
endfunction()
