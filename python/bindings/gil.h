// Python's global lock where a thread may or may not hold it, and the core's hooks for giving it up.
#pragma once

#include "python_ref.h"

namespace chainerx::python {

// Runs function with the lock held, from any thread; not at all once the interpreter is going away, when the objects that
// function would touch are gone or about to leak anyway.
template <typename Function>
void with_gil(Function function) {
    if (!Py_IsInitialized()) return;
    if (PyGILState_Check()) {
        function();
        return;
    }
#if PY_VERSION_HEX >= 0x030D0000
    if (Py_IsFinalizing()) return;
#else
    if (_Py_IsFinalizing()) return;
#endif
    const PyGILState_STATE state = PyGILState_Ensure();
    function();
    PyGILState_Release(state);
}

// Lets the core give up the lock around long work and run the garbage collector when memory is short.
void install_host_language_hooks();

}  // namespace chainerx::python
