# chainerx_build_in_batches(target): compiles ten files as one, since most of the time that a small file takes goes into the headers that
# its neighbours include as well: a third of the time for the core. Names in unnamed namespaces must then differ between neighbours, and
# each file still includes what it uses: -DCHAINERX_UNITY_BUILD=OFF, which suits who edits one file again and again, shows whether it does.
option(CHAINERX_UNITY_BUILD "Compile the many small files of the core and the bindings in batches" ON)

function(chainerx_build_in_batches target)
    set_target_properties(
        ${target} PROPERTIES UNITY_BUILD ${CHAINERX_UNITY_BUILD} UNITY_BUILD_BATCH_SIZE 10
    )
endfunction()
