// Templates of contiguous loops that the compiler vectorizes, compiled once per instruction set.
#if defined(NATIVE_VECTOR_LOOPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NATIVE_VECTOR_LOOPS_INL_H_
#undef NATIVE_VECTOR_LOOPS_INL_H_
#else
#define NATIVE_VECTOR_LOOPS_INL_H_
#endif

#include <cstdint>
#include <type_traits>

#include <hwy/highway.h>

#include "loop_table.h"
#include "scalar_types.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {

template <class... Ts>
struct Types {};
using IntTypes = Types<int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t>;
using FloatTypes = Types<float, double>;
using ComplexTypes = Types<complex64, complex128>;

// Booleans are computed with as bytes that are 0 or 1.
template <class T>
using storage_t = std::conditional_t<std::is_same_v<T, bool>, uint8_t, T>;

// The loops are free of carried dependencies: out overlaps an operand only element by element.
template <class Op, class T, class R>
void unary_loop(const void* a, const void*, const void*, void* out, int64_t n) {
    const T* const x = static_cast<const T*>(a);
    R* const y = static_cast<R*>(out);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
        y[i] = Op::apply(x[i]);
    }
}

template <class Op, class T, class R>
void binary_loop(const void* a, const void* b, const void*, void* out, int64_t n) {
    const T* const x1 = static_cast<const T*>(a);
    const T* const x2 = static_cast<const T*>(b);
    R* const y = static_cast<R*>(out);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
        y[i] = Op::apply(x1[i], x2[i]);
    }
}

template <class Op, class T, class R>
void binary_loop_first_scalar(const void* a, const void* b, const void*, void* out, int64_t n) {
    const T x1 = *static_cast<const T*>(a);
    const T* const x2 = static_cast<const T*>(b);
    R* const y = static_cast<R*>(out);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
        y[i] = Op::apply(x1, x2[i]);
    }
}

template <class Op, class T, class R>
void binary_loop_second_scalar(const void* a, const void* b, const void*, void* out, int64_t n) {
    const T* const x1 = static_cast<const T*>(a);
    const T x2 = *static_cast<const T*>(b);
    R* const y = static_cast<R*>(out);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
        y[i] = Op::apply(x1[i], x2);
    }
}

// Enter the loops of Op, a struct with a static apply(), for each of Ts. R: the result, void: that
// of the operands.
template <class Op, class R = void, class... Ts>
void set_unary(LoopTable& table, int opcode, Types<Ts...>) {
    ((table.ops[opcode][type_code_of<Ts>].variants[kArrays] =
          unary_loop<Op,
                     storage_t<Ts>,
                     std::conditional_t<std::is_void_v<R>, storage_t<Ts>, storage_t<R>>>),
     ...);
}

template <class Op, class T, class R>
OpLoops binary_loops() {
    return {{binary_loop<Op, T, R>,
             binary_loop_first_scalar<Op, T, R>,
             binary_loop_second_scalar<Op, T, R>,
             nullptr}};
}

template <class Op, class R = void, class... Ts>
void set_binary(LoopTable& table, int opcode, Types<Ts...>) {
    ((table.ops[opcode][type_code_of<Ts>] =
          binary_loops<Op,
                       storage_t<Ts>,
                       std::conditional_t<std::is_void_v<R>, storage_t<Ts>, storage_t<R>>>()),
     ...);
}

}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#endif
