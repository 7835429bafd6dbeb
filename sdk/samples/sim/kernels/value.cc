// Reading, writing and converting single elements.
#include "value.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace sim {

namespace {

struct Facts {
    int8_t size;
    Kind kind;
};
constexpr Facts kFacts[CHX_N_TYPES] = {
    {1, Kind::kBool},
    {1, Kind::kInt},
    {2, Kind::kInt},
    {4, Kind::kInt},
    {8, Kind::kInt},
    {1, Kind::kUInt},
    {2, Kind::kUInt},
    {4, Kind::kUInt},
    {8, Kind::kUInt},
    {2, Kind::kFloat},
    {2, Kind::kFloat},
    {4, Kind::kFloat},
    {8, Kind::kFloat},
    {8, Kind::kComplex},
    {16, Kind::kComplex},
};

// IEEE layouts of 16 bits.
struct Layout {
    int exponent_bits, fraction_bits;
    int bias() const { return (1 << (exponent_bits - 1)) - 1; }
    uint16_t infinity() const {
        return static_cast<uint16_t>(((1 << exponent_bits) - 1) << fraction_bits);
    }
};
constexpr Layout kHalf{5, 10}, kBrain{8, 7};

uint16_t encode(Layout layout, float value) {
    const uint16_t sign = std::signbit(value) ? 0x8000 : 0;
    if (std::isnan(value))
        return static_cast<uint16_t>(sign | layout.infinity() | 1u << (layout.fraction_bits - 1));
    if (std::isinf(value)) return sign | layout.infinity();
    if (value == 0) return sign;
    const int exponent = std::max(std::ilogb(value), 1 - layout.bias());
    // The implied one of normal numbers carries into the exponent, as does rounding up.
    const auto fraction = static_cast<int64_t>(
        std::nearbyint(std::ldexp(std::abs(double{value}), layout.fraction_bits - exponent)));
    const int64_t bits =
        (static_cast<int64_t>(exponent + layout.bias() - 1) << layout.fraction_bits) + fraction;
    return static_cast<uint16_t>(sign | std::min<int64_t>(bits, layout.infinity()));
}

double decode(Layout layout, uint16_t bits) {
    const int magnitude = bits & 0x7fff;
    const double sign = (bits & 0x8000) != 0 ? -1 : 1;
    const int exponent = magnitude >> layout.fraction_bits;
    const int fraction = magnitude & ((1 << layout.fraction_bits) - 1);
    if (magnitude > layout.infinity()) return std::numeric_limits<double>::quiet_NaN();
    if (magnitude == layout.infinity()) return sign * std::numeric_limits<double>::infinity();
    if (exponent == 0) return sign * std::ldexp(fraction, 1 - layout.bias() - layout.fraction_bits);
    return sign * std::ldexp(fraction + (1 << layout.fraction_bits),
                             exponent - layout.bias() - layout.fraction_bits);
}

template <typename T>
T get(const char* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

template <typename T>
void put(char* at, T value) {
    std::memcpy(at, &value, sizeof value);
}

template <typename T>
Value integer(const char* at) {
    return {static_cast<int64_t>(get<T>(at)), 0, 0};
}

double to_double(Kind kind, const Value& value) {
    if (kind >= Kind::kFloat) return value.re;
    return kind == Kind::kUInt ? static_cast<double>(static_cast<uint64_t>(value.i))
                               : static_cast<double>(value.i);
}

int64_t to_integer(double value) {
    if (value >= 0x1p63 && value < 0x1p64)
        return static_cast<int64_t>(static_cast<uint64_t>(value));
    if (!(std::abs(value) < 0x1p63)) return std::numeric_limits<int64_t>::min();
    return static_cast<int64_t>(value);
}

}  // namespace

Kind kind_of(int type) { return kFacts[type].kind; }
int64_t item_size(int type) { return kFacts[type].size; }

Value load(int type, const char* at) {
    switch (type) {
        case CHX_TYPE_BOOL:
            return {*at != 0, 0, 0};
        case CHX_TYPE_I8:
            return integer<int8_t>(at);
        case CHX_TYPE_I16:
            return integer<int16_t>(at);
        case CHX_TYPE_I32:
            return integer<int32_t>(at);
        case CHX_TYPE_I64:
            return integer<int64_t>(at);
        case CHX_TYPE_U8:
            return integer<uint8_t>(at);
        case CHX_TYPE_U16:
            return integer<uint16_t>(at);
        case CHX_TYPE_U32:
            return integer<uint32_t>(at);
        case CHX_TYPE_U64:
            return integer<uint64_t>(at);
        case CHX_TYPE_F16:
            return {0, decode(kHalf, get<uint16_t>(at)), 0};
        case CHX_TYPE_BF16:
            return {0, decode(kBrain, get<uint16_t>(at)), 0};
        case CHX_TYPE_F32:
            return {0, get<float>(at), 0};
        case CHX_TYPE_F64:
            return {0, get<double>(at), 0};
        case CHX_TYPE_C64:
            return {0, get<float>(at), get<float>(at + 4)};
        default:
            return {0, get<double>(at), get<double>(at + 8)};
    }
}

void store(int type, char* at, const Value& value) {
    switch (type) {
        case CHX_TYPE_BOOL:
            return put<uint8_t>(at, value.i != 0);
        case CHX_TYPE_I8:
        case CHX_TYPE_U8:
            return put(at, static_cast<uint8_t>(value.i));
        case CHX_TYPE_I16:
        case CHX_TYPE_U16:
            return put(at, static_cast<uint16_t>(value.i));
        case CHX_TYPE_I32:
        case CHX_TYPE_U32:
            return put(at, static_cast<uint32_t>(value.i));
        case CHX_TYPE_I64:
        case CHX_TYPE_U64:
            return put(at, value.i);
        case CHX_TYPE_F16:
            return put(at, encode(kHalf, static_cast<float>(value.re)));
        case CHX_TYPE_BF16:
            return put(at, encode(kBrain, static_cast<float>(value.re)));
        case CHX_TYPE_F32:
            return put(at, static_cast<float>(value.re));
        case CHX_TYPE_F64:
            return put(at, value.re);
        case CHX_TYPE_C64:
            put(at, static_cast<float>(value.re));
            return put(at + 4, static_cast<float>(value.im));
        default:
            put(at, value.re);
            return put(at + 8, value.im);
    }
}

Value rounded(int type, const Value& value) {
    char bytes[16];
    store(type, bytes, value);
    return load(type, bytes);
}

Value convert(int from, int to, const Value& value) {
    const Kind source = kind_of(from), target = kind_of(to);
    if (from == to) return value;
    if (target == Kind::kBool)
        return {source >= Kind::kFloat ? value.re != 0 || value.im != 0 : value.i != 0, 0, 0};
    if (target < Kind::kFloat)
        return rounded(to, {source >= Kind::kFloat ? to_integer(value.re) : value.i, 0, 0});
    return rounded(to,
                   {0,
                    to_double(source, value),
                    target == Kind::kComplex && source == Kind::kComplex ? value.im : 0});
}

int sum_type(int type) {
    switch (kind_of(type)) {
        case Kind::kUInt:
            return CHX_TYPE_U64;
        case Kind::kFloat:
            return CHX_TYPE_F64;
        case Kind::kComplex:
            return CHX_TYPE_C128;
        default:
            return CHX_TYPE_I64;
    }
}

}  // namespace sim
