// Unsigned integers that compare as the elements do: NaN comes after everything, zeros of both signs are equal.
#pragma once

#include <cstdint>
#include <type_traits>

#include <chx/chx_plugin.hpp>

namespace native {

// U: an unsigned integer of the element's size.
template <class U>
class SortKey {
public:
    explicit SortKey(chx_dtype dtype, bool is_descending = false)
        : is_float_(dtype.code == CHX_DT_FLOAT || dtype.code == CHX_DT_BFLOAT),
          is_signed_(dtype.code == CHX_DT_INT),
          infinity_(infinity_of(dtype)),
          flip_(is_descending ? static_cast<U>(~U{0}) : U{0}) {}

    U encode(U bits) const {
        if (is_float_) {
            const U magnitude = static_cast<U>(bits & ~kSign);
            if (magnitude > infinity_) {
                bits = static_cast<U>(~U{0});
            } else if (magnitude == 0) {
                bits = kSign;
            } else {
                bits = static_cast<U>(bits ^ ((bits & kSign) != 0 ? static_cast<U>(~U{0}) : kSign));
            }
        } else if (is_signed_) {
            bits = static_cast<U>(bits ^ kSign);
        }
        return static_cast<U>(bits ^ flip_);
    }
    // An element of that key; zeros are positive.
    U decode(U key) const {
        const U bits = static_cast<U>(key ^ flip_);
        if (is_float_)
            return static_cast<U>(bits ^ ((bits & kSign) != 0 ? kSign : static_cast<U>(~U{0})));
        return is_signed_ ? static_cast<U>(bits ^ kSign) : bits;
    }
    bool is_float() const { return is_float_; }

private:
    static constexpr U kSign = static_cast<U>(U{1} << (8 * sizeof(U) - 1));

    static U infinity_of(chx_dtype dtype) {
        if (dtype.code == CHX_DT_BFLOAT) return static_cast<U>(0x7f80);
        return static_cast<U>(dtype.bits == 16   ? 0x7c00
                              : dtype.bits == 32 ? 0x7f800000
                                                 : 0x7ff0000000000000);
    }

    bool is_float_, is_signed_;
    U infinity_, flip_;
};

// Calls f(U{}) with the unsigned integer of a real dtype's size.
template <class F>
void with_key_type(chx_dtype dtype, F&& f) {
    switch (chx::item_size(dtype)) {
        case 1:
            return f(uint8_t{});
        case 2:
            return f(uint16_t{});
        case 4:
            return f(uint32_t{});
        default:
            return f(uint64_t{});
    }
}

}  // namespace native
