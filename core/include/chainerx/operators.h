// The operators of arrays as free functions: a + b, a * 2, a < b.
#pragma once

#include "chainerx/array.h"
#include "chainerx/ops.h"

namespace chainerx {

#define CHAINERX_DEFINE_OPERATOR(symbol, function)                  \
    inline Array operator symbol(const Array& a, const Array& b) {  \
        return function(Operand(a), Operand(b));                    \
    }                                                               \
    inline Array operator symbol(const Array& a, const Scalar& b) { \
        return function(Operand(a), Operand(b));                    \
    }                                                               \
    inline Array operator symbol(const Scalar& a, const Array& b) { \
        return function(Operand(a), Operand(b));                    \
    }

CHAINERX_DEFINE_OPERATOR(+, add)
CHAINERX_DEFINE_OPERATOR(-, subtract)
CHAINERX_DEFINE_OPERATOR(*, multiply)
CHAINERX_DEFINE_OPERATOR(/, divide)
CHAINERX_DEFINE_OPERATOR(%, remainder)
CHAINERX_DEFINE_OPERATOR(==, equal)
CHAINERX_DEFINE_OPERATOR(!=, not_equal)
CHAINERX_DEFINE_OPERATOR(<, less)
CHAINERX_DEFINE_OPERATOR(<=, less_equal)
CHAINERX_DEFINE_OPERATOR(>, greater)
CHAINERX_DEFINE_OPERATOR(>=, greater_equal)
CHAINERX_DEFINE_OPERATOR(&, bitwise_and)
CHAINERX_DEFINE_OPERATOR(|, bitwise_or)
CHAINERX_DEFINE_OPERATOR(^, bitwise_xor)

#undef CHAINERX_DEFINE_OPERATOR

}  // namespace chainerx
