// Loops of the cheap arithmetic opcodes for bool, integers and real floating-point types.
#include <algorithm>
#include <cmath>

#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/arithmetic_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

// An unsigned type in which arithmetic wraps around and to which nothing is promoted.
template <class T>
using wrapping_t = std::conditional_t<sizeof(T) <= 4, uint32_t, uint64_t>;

template <class T>
inline constexpr bool is_float_v = std::is_floating_point_v<T>;

struct Add {
    template <class T>
    static T apply(T a, T b) {
        if constexpr (is_float_v<T>) {
            return a + b;
        } else {
            return static_cast<T>(static_cast<wrapping_t<T>>(a) + static_cast<wrapping_t<T>>(b));
        }
    }
};

struct Subtract {
    template <class T>
    static T apply(T a, T b) {
        if constexpr (is_float_v<T>) {
            return a - b;
        } else {
            return static_cast<T>(static_cast<wrapping_t<T>>(a) - static_cast<wrapping_t<T>>(b));
        }
    }
};

struct Multiply {
    template <class T>
    static T apply(T a, T b) {
        if constexpr (is_float_v<T>) {
            return a * b;
        } else {
            return static_cast<T>(static_cast<wrapping_t<T>>(a) * static_cast<wrapping_t<T>>(b));
        }
    }
};

struct Divide {
    template <class T>
    static T apply(T a, T b) {
        return a / b;
    }
};

struct And {
    static uint8_t apply(uint8_t a, uint8_t b) { return a & b; }
};
struct Or {
    static uint8_t apply(uint8_t a, uint8_t b) { return a | b; }
};

// A NaN in a is taken by the second test, one in b by the failing first.
struct Maximum {
    template <class T>
    static T apply(T a, T b) {
        if constexpr (is_float_v<T>) {
            return (a >= b) | (a != a) ? a : b;
        } else {
            return a > b ? a : b;
        }
    }
};

struct Minimum {
    template <class T>
    static T apply(T a, T b) {
        if constexpr (is_float_v<T>) {
            return (a <= b) | (a != a) ? a : b;
        } else {
            return a < b ? a : b;
        }
    }
};

struct Negative {
    template <class T>
    static T apply(T x) {
        if constexpr (is_float_v<T>) {
            return -x;
        } else {
            return static_cast<T>(wrapping_t<T>{0} - static_cast<wrapping_t<T>>(x));
        }
    }
};

struct Abs {
    template <class T>
    static T apply(T x) {
        if constexpr (is_float_v<T>) {
            return std::abs(x);
        } else if constexpr (std::is_signed_v<T>) {
            return x < 0 ? Negative::apply(x) : x;
        } else {
            return x;
        }
    }
};

struct Sign {
    template <class T>
    static T apply(T x) {
        if constexpr (is_float_v<T>) {
            const T sign = static_cast<T>(x > 0) - static_cast<T>(x < 0);
            return x != x ? x : sign;
        } else {
            return static_cast<T>((x > 0) - (x < 0));
        }
    }
};

struct Square {
    template <class T>
    static T apply(T x) {
        return Multiply::apply(x, x);
    }
};

struct Reciprocal {
    template <class T>
    static T apply(T x) {
        return T{1} / x;
    }
};

void fill(LoopTable& table) {
    set_binary<Add>(table, CHX_OPCODE_ADD, IntTypes{});
    set_binary<Add>(table, CHX_OPCODE_ADD, FloatTypes{});
    set_binary<Subtract>(table, CHX_OPCODE_SUBTRACT, IntTypes{});
    set_binary<Subtract>(table, CHX_OPCODE_SUBTRACT, FloatTypes{});
    set_binary<And>(table, CHX_OPCODE_MULTIPLY, Types<bool>{});
    set_binary<Multiply>(table, CHX_OPCODE_MULTIPLY, IntTypes{});
    set_binary<Multiply>(table, CHX_OPCODE_MULTIPLY, FloatTypes{});
    set_binary<Divide>(table, CHX_OPCODE_DIVIDE, FloatTypes{});
    set_binary<Or>(table, CHX_OPCODE_MAXIMUM, Types<bool>{});
    set_binary<Maximum>(table, CHX_OPCODE_MAXIMUM, IntTypes{});
    set_binary<Maximum>(table, CHX_OPCODE_MAXIMUM, FloatTypes{});
    set_binary<And>(table, CHX_OPCODE_MINIMUM, Types<bool>{});
    set_binary<Minimum>(table, CHX_OPCODE_MINIMUM, IntTypes{});
    set_binary<Minimum>(table, CHX_OPCODE_MINIMUM, FloatTypes{});
    set_unary<Negative>(table, CHX_OPCODE_NEGATIVE, IntTypes{});
    set_unary<Negative>(table, CHX_OPCODE_NEGATIVE, FloatTypes{});
    set_unary<Abs>(table, CHX_OPCODE_ABS, IntTypes{});
    set_unary<Abs>(table, CHX_OPCODE_ABS, FloatTypes{});
    set_unary<Sign>(table, CHX_OPCODE_SIGN, IntTypes{});
    set_unary<Sign>(table, CHX_OPCODE_SIGN, FloatTypes{});
    set_unary<Square>(table, CHX_OPCODE_SQUARE, IntTypes{});
    set_unary<Square>(table, CHX_OPCODE_SQUARE, FloatTypes{});
    set_unary<Reciprocal>(table, CHX_OPCODE_RECIPROCAL, FloatTypes{});
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(fill);
void fill_arithmetic_loops(LoopTable& table) { HWY_DYNAMIC_DISPATCH(fill)(table); }
}  // namespace native
#endif
