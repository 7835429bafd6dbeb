// Loops of ceil, floor, trunc and round.
#include <cmath>

#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/rounding_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

struct Identity {
    template <class T>
    static T apply(T x) {
        return x;
    }
};
struct Ceil {
    template <class T>
    static T apply(T x) {
        return std::ceil(x);
    }
};
struct Floor {
    template <class T>
    static T apply(T x) {
        return std::floor(x);
    }
};
struct Trunc {
    template <class T>
    static T apply(T x) {
        return std::trunc(x);
    }
};
// In the default rounding mode, which nobody changes: to nearest, halves to even.
struct Round {
    template <class T>
    static T apply(T x) {
        if constexpr (is_complex_v<T>) {
            return T(apply(x.real()), apply(x.imag()));
        } else {
            return std::nearbyint(x);
        }
    }
};

template <class Op>
void set_rounding(LoopTable& table, int opcode) {
    set_unary<Identity>(table, opcode, IntTypes{});
    set_unary<Op>(table, opcode, FloatTypes{});
}

void fill(LoopTable& table) {
    set_rounding<Ceil>(table, CHX_OPCODE_CEIL);
    set_rounding<Floor>(table, CHX_OPCODE_FLOOR);
    set_rounding<Trunc>(table, CHX_OPCODE_TRUNC);
    set_rounding<Round>(table, CHX_OPCODE_ROUND);
    set_unary<Round>(table, CHX_OPCODE_ROUND, ComplexTypes{});
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(fill);
void fill_rounding_loops(LoopTable& table) { HWY_DYNAMIC_DISPATCH(fill)(table); }
}  // namespace native
#endif
