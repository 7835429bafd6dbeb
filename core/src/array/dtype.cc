// Names and promotion of dtypes.
#include "chainerx/dtype.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "chainerx/error.h"

namespace chainerx {

namespace {

constexpr std::string_view kNames[kDTypeCount] = {"bool",
                                                  "int8",
                                                  "int16",
                                                  "int32",
                                                  "int64",
                                                  "uint8",
                                                  "uint16",
                                                  "uint32",
                                                  "uint64",
                                                  "float16",
                                                  "bfloat16",
                                                  "float32",
                                                  "float64",
                                                  "complex64",
                                                  "complex128"};

DType signed_of_size(int64_t bytes) {
    switch (bytes) {
        case 1:
            return DType::kInt8;
        case 2:
            return DType::kInt16;
        case 4:
            return DType::kInt32;
        case 8:
            return DType::kInt64;
        default:
            return DType::kFloat32;  // int64 with uint64: no integer holds both
    }
}

constexpr int category(DType dtype) {
    switch (kind(dtype)) {
        case DTypeKind::kBool:
            return 0;
        case DTypeKind::kInt:
        case DTypeKind::kUInt:
            return 1;
        case DTypeKind::kFloat:
            return 2;
        case DTypeKind::kComplex:
            return 3;
    }
    return 3;
}

DType promote(DType a, DType b) {
    if (category(a) < category(b)) std::swap(a, b);
    if (category(a) == 3) {
        const bool is_wide =
            a == DType::kComplex128 || b == DType::kComplex128 || b == DType::kFloat64;
        return is_wide ? DType::kComplex128 : DType::kComplex64;
    }
    if (category(a) != category(b)) return a;
    if (kind(a) == kind(b)) {
        // float16 and bfloat16 hold neither each other's range nor precision.
        if (itemsize(a) == itemsize(b) && a != b) return DType::kFloat32;
        return itemsize(a) >= itemsize(b) ? a : b;
    }
    const DType with_sign = kind(a) == DTypeKind::kInt ? a : b;
    const DType without = kind(a) == DTypeKind::kInt ? b : a;
    return itemsize(with_sign) > itemsize(without) ? with_sign
                                                   : signed_of_size(2 * itemsize(without));
}

struct PromotionTable {
    DType entries[kDTypeCount][kDTypeCount];
    PromotionTable() {
        for (int a = 0; a < kDTypeCount; ++a) {
            for (int b = 0; b < kDTypeCount; ++b) {
                entries[a][b] = a == b ? static_cast<DType>(a)
                                       : promote(static_cast<DType>(a), static_cast<DType>(b));
            }
        }
    }
};
const PromotionTable kPromotion;

// Dense codes by DLPack's and bytes.
constexpr uint8_t kNone = 255;
struct CodeTable {
    uint8_t entries[CHX_DT_BOOL + 1][17];
    constexpr CodeTable() : entries{} {
        for (auto& row : entries) {
            for (uint8_t& entry : row) entry = kNone;
        }
        for (int i = 0; i < kDTypeCount; ++i) {
            const chx_dtype code = detail::kDTypeFacts[i].code;
            entries[code.code][code.bits / 8] = static_cast<uint8_t>(i);
        }
    }
};
constexpr CodeTable kByCode;

}  // namespace

std::optional<DType> from_chx_dtype(chx_dtype code) noexcept {
    if (code.lanes != 1 || code.bits % 8 != 0 || code.bits > 128 || code.code > CHX_DT_BOOL)
        return std::nullopt;
    const uint8_t found = kByCode.entries[code.code][code.bits / 8];
    return found == kNone ? std::nullopt : std::optional(static_cast<DType>(found));
}

std::string_view dtype_name(DType dtype) noexcept { return kNames[static_cast<int>(dtype)]; }

DType dtype_from_name(std::string_view name) {
    if (name == "bool_") return DType::kBool;
    const auto* found = std::find(std::begin(kNames), std::end(kNames), name);
    if (found == std::end(kNames)) {
        throw DtypeError(fmt::format(
            "dtype: '{}' is unknown; expected one of {}", name, fmt::join(kNames, ", ")));
    }
    return static_cast<DType>(found - std::begin(kNames));
}

DType promote_types(DType a, DType b) noexcept {
    return kPromotion.entries[static_cast<int>(a)][static_cast<int>(b)];
}

}  // namespace chainerx
