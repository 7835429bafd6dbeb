// Loops of the opcodes that look at the parts of a floating-point number: its sign, its neighbours; and of hypot.
#include <cmath>

#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/sign_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

struct Copysign {
    template <class T>
    static T apply(T a, T b) {
        return std::copysign(a, b);
    }
};
struct Nextafter {
    template <class T>
    static T apply(T a, T b) {
        return std::nextafter(a, b);
    }
};
struct Signbit {
    template <class T>
    static bool apply(T x) {
        return std::signbit(x);
    }
};
// Floats in double precision, which rules out overflow and underflow.
struct Hypot {
    static float apply(float a, float b) {
        const double x = a, y = b;
        const bool infinite = (std::abs(x) == HUGE_VAL) | (std::abs(y) == HUGE_VAL);
        return infinite ? HUGE_VALF : static_cast<float>(std::sqrt(x * x + y * y));
    }
    static double apply(double a, double b) { return std::hypot(a, b); }
};

void fill(LoopTable& table) {
    set_binary<Copysign>(table, CHX_OPCODE_COPYSIGN, FloatTypes{});
    set_binary<Nextafter>(table, CHX_OPCODE_NEXTAFTER, FloatTypes{});
    set_unary<Signbit, bool>(table, CHX_OPCODE_SIGNBIT, FloatTypes{});
    set_binary<Hypot>(table, CHX_OPCODE_HYPOT, FloatTypes{});
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(fill);
void fill_sign_loops(LoopTable& table) { HWY_DYNAMIC_DISPATCH(fill)(table); }
}  // namespace native
#endif
