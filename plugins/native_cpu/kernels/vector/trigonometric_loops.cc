// Loops of trigonometric opcodes.
#include <cmath>
#include <limits>

#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/trigonometric_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/loops-inl.h"
#include "kernels/vector/math_loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

// Beyond this the reduction to a period loses digits; NaN is beyond as well.
template <class D, class V>
MaskOf<D> beyond_reduction(D d, V x) {
    return hn::Not(hn::Le(hn::Abs(x), hn::Set(d, 30000)));
}

struct Sin : HasSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        // The smallest numbers, zeros with their sign among them, are their own sine.
        return hn::IfThenElse(hn::Lt(hn::Abs(x), either(d, 1e-5, 1e-9)), x, hn::Sin(d, x));
    }
    template <class D, class V>
    static MaskOf<D> special(D d, V x) {
        return beyond_reduction(d, x);
    }
    template <class T>
    static T scalar(T x) {
        return std::sin(x);
    }
};

struct Cos : HasSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        // Highway's result for zero is not always exactly one.
        return hn::IfThenElse(
            hn::Lt(hn::Abs(x), either(d, 1e-5, 1e-9)), hn::Set(d, 1), hn::Cos(d, x));
    }
    template <class D, class V>
    static MaskOf<D> special(D d, V x) {
        return beyond_reduction(d, x);
    }
    template <class T>
    static T scalar(T x) {
        return std::cos(x);
    }
};

struct Tan : HasSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        return hn::IfThenElse(
            hn::Lt(hn::Abs(x), either(d, 1e-5, 1e-9)), x, hn::Div(hn::Sin(d, x), hn::Cos(d, x)));
    }
    template <class D, class V>
    static MaskOf<D> special(D d, V x) {
        return beyond_reduction(d, x);
    }
    template <class T>
    static T scalar(T x) {
        return std::tan(x);
    }
};

struct Arcsin : NothingSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        return hn::Asin(d, x);
    }
};
struct Arccos : NothingSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        return hn::Acos(d, x);
    }
};
struct Arctan : NothingSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        return hn::Atan(d, x);
    }
};

struct Arctan2 {
    template <class T>
    static T apply(T y, T x) {
        return std::atan2(y, x);
    }
};

void fill(LoopTable& table) {
    set_math<Sin>(table, CHX_OPCODE_SIN);
    set_math<Cos>(table, CHX_OPCODE_COS);
    set_math<Tan>(table, CHX_OPCODE_TAN);
    set_math<Arcsin>(table, CHX_OPCODE_ARCSIN);
    set_math<Arccos>(table, CHX_OPCODE_ARCCOS);
    set_math<Arctan>(table, CHX_OPCODE_ARCTAN);
    set_binary<Arctan2>(table, CHX_OPCODE_ARCTAN2, FloatTypes{});
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(fill);
void fill_trigonometric_loops(LoopTable& table) { HWY_DYNAMIC_DISPATCH(fill)(table); }
}  // namespace native
#endif
