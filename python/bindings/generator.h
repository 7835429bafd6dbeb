// chainerx.random.Generator as an argument.
#pragma once

#include "chainerx/random.h"
#include "python_ref.h"

namespace chainerx::python {

// nullptr, which stands for the process-wide generator, for nullptr and None; throws TypeError for
// anything but a Generator.
random::Generator* to_optional_generator(PyObject* object);

}  // namespace chainerx::python
