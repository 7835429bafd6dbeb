// Element-wise functions of two operands.
#pragma once

#include "chainerx/detail/binary_call.h"
#include "error.h"
#include "ndarray.h"

namespace chainerx::python {

// op_id: of the op that the function calls. Shapes that do not fit set the Python error without throwing.
[[gnu::always_inline]] inline PyObject* wrap_binary(uint16_t op_id, const Operand (&operands)[2]) {
    Array result = internal::call_binary(op_id, operands);
    if (__builtin_expect(result.body() == nullptr, 0))
        return raise_dimension_error(internal::shape_mismatch(op_id, operands));
    return wrap(std::move(result));
}

}  // namespace chainerx::python
