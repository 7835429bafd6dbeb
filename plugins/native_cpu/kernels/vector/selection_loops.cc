// Loops of where, which moves bytes only, and of relu and its gradient.
#include <initializer_list>

#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/selection_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

template <class T, bool kScalar1, bool kScalar2>
void where_loop(const void* condition, const void* a, const void* b, void* out, int64_t n) {
    const auto* const c = static_cast<const uint8_t*>(condition);
    const T* const x1 = static_cast<const T*>(a);
    const T* const x2 = static_cast<const T*>(b);
    const T first = *x1;
    const T second = *x2;
    T* const y = static_cast<T*>(out);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
        const T one = kScalar1 ? first : x1[i];
        const T other = kScalar2 ? second : x2[i];
        y[i] = c[i] != 0 ? one : other;
    }
}

// By the size of elements: 16 bytes move as two words.
template <class T>
void set_where(LoopTable& table, std::initializer_list<int> types) {
    for (const int type : types) {
        table.ops[CHX_OPCODE_WHERE][type] = {{where_loop<T, false, false>,
                                              where_loop<T, true, false>,
                                              where_loop<T, false, true>,
                                              where_loop<T, true, true>}};
    }
}

struct Relu {
    template <class T>
    static T apply(T x) {
        return x < 0 ? T{0} : x;
    }
};
struct ReluGrad {
    template <class T>
    static T apply(T y, T gy) {
        return y > 0 ? gy : T{0};
    }
};

void fill(LoopTable& table) {
    set_where<uint8_t>(table, {CHX_TYPE_BOOL, CHX_TYPE_I8, CHX_TYPE_U8});
    set_where<uint16_t>(table, {CHX_TYPE_I16, CHX_TYPE_U16, CHX_TYPE_F16, CHX_TYPE_BF16});
    set_where<uint32_t>(table, {CHX_TYPE_I32, CHX_TYPE_U32, CHX_TYPE_F32});
    set_where<uint64_t>(table, {CHX_TYPE_I64, CHX_TYPE_U64, CHX_TYPE_F64, CHX_TYPE_C64});
    set_where<Bytes16>(table, {CHX_TYPE_C128});
    set_unary<Relu>(table, CHX_OPCODE_RELU, IntTypes{});
    set_unary<Relu>(table, CHX_OPCODE_RELU, FloatTypes{});
    set_binary<ReluGrad>(table, CHX_OPCODE_RELU_GRAD, FloatTypes{});
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(fill);
void fill_selection_loops(LoopTable& table) { HWY_DYNAMIC_DISPATCH(fill)(table); }
}  // namespace native
#endif
