// Loops of the comparison opcodes.
#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/comparison_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

struct Equal {
    template <class T>
    static bool apply(T a, T b) {
        return a == b;
    }
};
struct NotEqual {
    template <class T>
    static bool apply(T a, T b) {
        return a != b;
    }
};
struct Less {
    template <class T>
    static bool apply(T a, T b) {
        return a < b;
    }
};
struct LessEqual {
    template <class T>
    static bool apply(T a, T b) {
        return a <= b;
    }
};
struct Greater {
    template <class T>
    static bool apply(T a, T b) {
        return a > b;
    }
};
struct GreaterEqual {
    template <class T>
    static bool apply(T a, T b) {
        return a >= b;
    }
};

template <class Op>
void set_comparison(LoopTable& table, int opcode) {
    set_binary<Op, bool>(table, opcode, Types<bool>{});
    set_binary<Op, bool>(table, opcode, IntTypes{});
    set_binary<Op, bool>(table, opcode, FloatTypes{});
}

void fill(LoopTable& table) {
    set_comparison<Equal>(table, CHX_OPCODE_EQUAL);
    set_comparison<NotEqual>(table, CHX_OPCODE_NOT_EQUAL);
    set_comparison<Less>(table, CHX_OPCODE_LESS);
    set_comparison<LessEqual>(table, CHX_OPCODE_LESS_EQUAL);
    set_comparison<Greater>(table, CHX_OPCODE_GREATER);
    set_comparison<GreaterEqual>(table, CHX_OPCODE_GREATER_EQUAL);
    set_binary<Equal, bool>(table, CHX_OPCODE_EQUAL, ComplexTypes{});
    set_binary<NotEqual, bool>(table, CHX_OPCODE_NOT_EQUAL, ComplexTypes{});
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(fill);
void fill_comparison_loops(LoopTable& table) { HWY_DYNAMIC_DISPATCH(fill)(table); }
}  // namespace native
#endif
