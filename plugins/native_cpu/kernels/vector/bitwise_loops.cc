// Loops of the bitwise opcodes and shifts.
#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/bitwise_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

struct And {
    template <class T>
    static T apply(T a, T b) {
        return static_cast<T>(a & b);
    }
};
struct Or {
    template <class T>
    static T apply(T a, T b) {
        return static_cast<T>(a | b);
    }
};
struct Xor {
    template <class T>
    static T apply(T a, T b) {
        return static_cast<T>(a ^ b);
    }
};
struct Not {
    template <class T>
    static T apply(T x) {
        return static_cast<T>(~x);
    }
};
struct NotBool {
    static uint8_t apply(uint8_t x) { return x ^ 1; }
};

template <class T>
inline constexpr unsigned kWidth = 8 * sizeof(T);
template <class T>
bool is_within_width(T shift) {
    return static_cast<std::make_unsigned_t<T>>(shift) < kWidth<T>;
}

struct LeftShift {
    template <class T>
    static T apply(T a, T b) {
        const auto bits = static_cast<uint64_t>(a);
        const auto shift = static_cast<unsigned>(b) & (kWidth<T> - 1);
        return is_within_width(b) ? static_cast<T>(bits << shift) : T{0};
    }
};
struct RightShift {
    template <class T>
    static T apply(T a, T b) {
        const auto shift = static_cast<unsigned>(b) & (kWidth<T> - 1);
        return is_within_width(b) ? static_cast<T>(a >> shift) : static_cast<T>(a < 0 ? -1 : 0);
    }
};

void fill(LoopTable& table) {
    set_binary<And>(table, CHX_OPCODE_BITWISE_AND, IntTypes{});
    set_binary<And>(table, CHX_OPCODE_BITWISE_AND, Types<bool>{});
    set_binary<Or>(table, CHX_OPCODE_BITWISE_OR, IntTypes{});
    set_binary<Or>(table, CHX_OPCODE_BITWISE_OR, Types<bool>{});
    set_binary<Xor>(table, CHX_OPCODE_BITWISE_XOR, IntTypes{});
    set_binary<Xor>(table, CHX_OPCODE_BITWISE_XOR, Types<bool>{});
    set_unary<Not>(table, CHX_OPCODE_BITWISE_NOT, IntTypes{});
    set_unary<NotBool>(table, CHX_OPCODE_BITWISE_NOT, Types<bool>{});
    set_binary<LeftShift>(table, CHX_OPCODE_LEFT_SHIFT, IntTypes{});
    set_binary<RightShift>(table, CHX_OPCODE_RIGHT_SHIFT, IntTypes{});
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(fill);
void fill_bitwise_loops(LoopTable& table) { HWY_DYNAMIC_DISPATCH(fill)(table); }
}  // namespace native
#endif
