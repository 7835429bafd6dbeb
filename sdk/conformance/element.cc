// Implements the conversions.
#include "element.h"

#include <cmath>
#include <cstdint>
#include <cstring>

#include "description.h"

namespace conformance {
namespace {

template <class T>
T load(const void* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

template <class T>
void store(void* to, T value) {
    std::memcpy(to, &value, sizeof value);
}

double from_bfloat16(uint16_t bits) {
    const uint32_t wide = uint32_t{bits} << 16;
    return load<float>(&wide);
}

// To nearest, ties to even; through float, as it is made everywhere.
uint16_t to_bfloat16(double value) {
    const auto narrow = static_cast<float>(value);
    if (std::isnan(narrow)) return 0x7fc0;
    auto bits = load<uint32_t>(&narrow);
    bits += 0x7fff + ((bits >> 16) & 1);
    return static_cast<uint16_t>(bits >> 16);
}

constexpr chx_dtype kDtypes[CHX_N_TYPES] = {{CHX_DT_BOOL, 8, 1},
                                            {CHX_DT_INT, 8, 1},
                                            {CHX_DT_INT, 16, 1},
                                            {CHX_DT_INT, 32, 1},
                                            {CHX_DT_INT, 64, 1},
                                            {CHX_DT_UINT, 8, 1},
                                            {CHX_DT_UINT, 16, 1},
                                            {CHX_DT_UINT, 32, 1},
                                            {CHX_DT_UINT, 64, 1},
                                            {CHX_DT_FLOAT, 16, 1},
                                            {CHX_DT_BFLOAT, 16, 1},
                                            {CHX_DT_FLOAT, 32, 1},
                                            {CHX_DT_FLOAT, 64, 1},
                                            {CHX_DT_COMPLEX, 64, 1},
                                            {CHX_DT_COMPLEX, 128, 1}};

}  // namespace

chx_dtype dtype_of(int type) { return kDtypes[type]; }
std::size_t item_size(int type) { return kDtypes[type].bits / 8; }

int type_named(const char* name) {
    for (int type = 0; type < CHX_N_TYPES; ++type) {
        if (kDtypeNames[static_cast<std::size_t>(type)] == name) return type;
    }
    return -1;
}

bool is_inexact(int type) { return type >= CHX_TYPE_F16; }
bool is_complex(int type) { return type >= CHX_TYPE_C64; }
int wide_type(int type) {
    return is_complex(type) ? CHX_TYPE_C128 : is_inexact(type) ? CHX_TYPE_F64 : type;
}
int real_type(int type) {
    return type == CHX_TYPE_C64 ? CHX_TYPE_F32 : type == CHX_TYPE_C128 ? CHX_TYPE_F64 : type;
}

std::complex<double> decode(int type, const void* element) {
    switch (type) {
        case CHX_TYPE_BOOL:
            return load<uint8_t>(element) != 0 ? 1 : 0;
        case CHX_TYPE_I8:
            return load<int8_t>(element);
        case CHX_TYPE_I16:
            return load<int16_t>(element);
        case CHX_TYPE_I32:
            return load<int32_t>(element);
        case CHX_TYPE_I64:
            return static_cast<double>(load<int64_t>(element));
        case CHX_TYPE_U8:
            return load<uint8_t>(element);
        case CHX_TYPE_U16:
            return load<uint16_t>(element);
        case CHX_TYPE_U32:
            return load<uint32_t>(element);
        case CHX_TYPE_U64:
            return static_cast<double>(load<uint64_t>(element));
        case CHX_TYPE_F16:
            return static_cast<double>(load<_Float16>(element));
        case CHX_TYPE_BF16:
            return from_bfloat16(load<uint16_t>(element));
        case CHX_TYPE_F32:
            return load<float>(element);
        case CHX_TYPE_F64:
            return load<double>(element);
        case CHX_TYPE_C64:
            return load<std::complex<float>>(element);
        default:
            return load<std::complex<double>>(element);
    }
}

void encode(int type, std::complex<double> value, void* element) {
    const double real = value.real();
    switch (type) {
        case CHX_TYPE_BOOL:
            return store(element, static_cast<uint8_t>(real != 0));
        case CHX_TYPE_I8:
            return store(element, static_cast<int8_t>(real));
        case CHX_TYPE_I16:
            return store(element, static_cast<int16_t>(real));
        case CHX_TYPE_I32:
            return store(element, static_cast<int32_t>(real));
        case CHX_TYPE_I64:
            return store(element, static_cast<int64_t>(real));
        case CHX_TYPE_U8:
            return store(element, static_cast<uint8_t>(real));
        case CHX_TYPE_U16:
            return store(element, static_cast<uint16_t>(real));
        case CHX_TYPE_U32:
            return store(element, static_cast<uint32_t>(real));
        case CHX_TYPE_U64:
            return store(element, static_cast<uint64_t>(real));
        case CHX_TYPE_F16:
            return store(element, static_cast<_Float16>(real));
        case CHX_TYPE_BF16:
            return store(element, to_bfloat16(real));
        case CHX_TYPE_F32:
            return store(element, static_cast<float>(real));
        case CHX_TYPE_F64:
            return store(element, real);
        case CHX_TYPE_C64:
            return store(element, std::complex<float>(value));
        default:
            return store(element, value);
    }
}

std::complex<double> rounded(int type, std::complex<double> value) {
    char element[16];
    encode(type, value, element);
    return decode(type, element);
}

}  // namespace conformance
