// Loops of the logical opcodes and of isnan, isinf and isfinite.
#include <cmath>
#include <limits>

#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/logic_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

template <class T>
bool is_true(T x) {
    if constexpr (is_complex_v<T>) {
        return (x.real() != 0) | (x.imag() != 0);
    } else {
        return x != 0;
    }
}

struct LogicalAnd {
    template <class T>
    static bool apply(T a, T b) {
        return is_true(a) & is_true(b);
    }
};
struct LogicalOr {
    template <class T>
    static bool apply(T a, T b) {
        return is_true(a) | is_true(b);
    }
};
struct LogicalXor {
    template <class T>
    static bool apply(T a, T b) {
        return is_true(a) != is_true(b);
    }
};
struct LogicalNot {
    template <class T>
    static bool apply(T x) {
        return !is_true(x);
    }
};

struct IsNan {
    template <class T>
    static bool apply(T x) {
        if constexpr (is_complex_v<T>) {
            return apply(x.real()) | apply(x.imag());
        } else {
            return x != x;
        }
    }
};
struct IsInf {
    template <class T>
    static bool apply(T x) {
        if constexpr (is_complex_v<T>) {
            return apply(x.real()) | apply(x.imag());
        } else if constexpr (std::is_floating_point_v<T>) {
            return std::abs(x) > std::numeric_limits<T>::max();
        } else {
            return false;
        }
    }
};
struct IsFinite {
    template <class T>
    static bool apply(T x) {
        if constexpr (is_complex_v<T>) {
            return apply(x.real()) & apply(x.imag());
        } else if constexpr (std::is_floating_point_v<T>) {
            return std::abs(x) <= std::numeric_limits<T>::max();
        } else {
            return true;
        }
    }
};

template <class Op>
void set_logical(LoopTable& table, int opcode) {
    set_binary<Op, bool>(table, opcode, Types<bool>{});
    set_binary<Op, bool>(table, opcode, IntTypes{});
    set_binary<Op, bool>(table, opcode, FloatTypes{});
    set_binary<Op, bool>(table, opcode, ComplexTypes{});
}

template <class Op>
void set_predicate(LoopTable& table, int opcode) {
    set_unary<Op, bool>(table, opcode, Types<bool>{});
    set_unary<Op, bool>(table, opcode, IntTypes{});
    set_unary<Op, bool>(table, opcode, FloatTypes{});
    set_unary<Op, bool>(table, opcode, ComplexTypes{});
}

void fill(LoopTable& table) {
    set_logical<LogicalAnd>(table, CHX_OPCODE_LOGICAL_AND);
    set_logical<LogicalOr>(table, CHX_OPCODE_LOGICAL_OR);
    set_logical<LogicalXor>(table, CHX_OPCODE_LOGICAL_XOR);
    set_predicate<LogicalNot>(table, CHX_OPCODE_LOGICAL_NOT);
    set_predicate<IsNan>(table, CHX_OPCODE_ISNAN);
    set_predicate<IsInf>(table, CHX_OPCODE_ISINF);
    set_predicate<IsFinite>(table, CHX_OPCODE_ISFINITE);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(fill);
void fill_logic_loops(LoopTable& table) { HWY_DYNAMIC_DISPATCH(fill)(table); }
}  // namespace native
#endif
