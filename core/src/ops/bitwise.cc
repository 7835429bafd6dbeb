// Bits: how many are set, and elements that stand for eight.
#include <array>

#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx {

namespace {

void require_integers(const char* op, const Array& x) {
    if (is_integral(x.dtype()) || x.dtype() == DType::kBool) return;
    throw DtypeError(
        fmt::format("{}: {} was given; expected integers or bool", op, dtype_name(x.dtype())));
}

DType unsigned_dtype(DType dtype) {
    switch (itemsize(dtype)) {
        case 1:
            return DType::kUInt8;
        case 2:
            return DType::kUInt16;
        case 4:
            return DType::kUInt32;
        default:
            return DType::kUInt64;
    }
}

// How far each of eight bits in order lies from the lowest.
Array bit_places(const char* op, std::string_view bitorder, Device& device) {
    const bool is_little = bitorder == "little";
    if (!is_little && bitorder != "big") {
        throw ValueError(
            fmt::format("{}: bitorder is '{}'; expected 'big' or 'little'", op, bitorder));
    }
    return is_little ? arange(0, 8, 1, DType::kUInt8, &device)
                     : arange(7, -1, -1, DType::kUInt8, &device);
}

// The first n elements along axis, with zeros behind if there are fewer.
Array with_extent(const Array& x, int axis, int64_t n) {
    const int64_t given = x.shape()[axis];
    if (n <= given) return internal::part_of(x, axis, 0, n);
    Shape rest = x.shape();
    rest[axis] = n - given;
    return concatenate({x, zeros(rest, x.dtype(), &x.device())}, axis);
}

}  // namespace

// Sums of neighbours, of 1, 2 and 4 bits; then those of all bytes in the highest one (Warren, Hacker's Delight, 5-1).
Array bitwise_count(const Array& x) {
    require_integers("bitwise_count", x);
    if (x.dtype() == DType::kBool) return astype(x, DType::kUInt8);
    const DType dtype = unsigned_dtype(x.dtype());
    const auto n_bits = static_cast<int64_t>(itemsize(dtype)) * 8;
    const auto pattern = [&](uint64_t bytes) {
        return full({}, Scalar(bytes >> (64 - n_bits)), dtype, &x.device());
    };
    const Array quarters = pattern(0x3333333333333333);
    Array sums = astype(kind(x.dtype()) == DTypeKind::kInt ? abs(x) : x, dtype, false);
    sums = subtract(sums, bitwise_and(right_shift(sums, 1), pattern(0x5555555555555555)));
    sums = add(bitwise_and(sums, quarters), bitwise_and(right_shift(sums, 2), quarters));
    sums = bitwise_and(add(sums, right_shift(sums, 4)), pattern(0x0F0F0F0F0F0F0F0F));
    sums = right_shift(multiply(sums, pattern(0x0101010101010101)), n_bits - 8);
    return astype(sums, DType::kUInt8, false);
}

Array packbits(const Array& a, std::optional<int64_t> axis, std::string_view bitorder) {
    require_integers("packbits", a);
    const Array places = bit_places("packbits", bitorder, a.device());
    const Array given = axis ? a : ravel(a);
    const int along = axis ? normalize_axis("packbits", *axis, a.ndim()) : 0;
    const int64_t n_bytes = (given.shape()[along] + 7) / 8;
    const Array bits = astype(not_equal(given, 0), DType::kUInt8);
    Shape shape = given.shape();
    shape[along] = n_bytes;
    Shape by_byte;
    for (int i = 0; i < shape.size(); ++i) {
        by_byte.push_back(shape[i]);
        if (i == along) by_byte.push_back(8);
    }
    const Array bytes = with_extent(bits, along, 8 * n_bytes).reshape(by_byte);
    const Array shifted =
        left_shift(bytes, internal::laid_along(places, along + 1, by_byte.size()));
    return astype(sum(shifted, Axes{along + 1}), DType::kUInt8);
}

Array unpackbits(const Array& a,
                 std::optional<int64_t> axis,
                 std::optional<int64_t> count,
                 std::string_view bitorder) {
    if (a.dtype() != DType::kUInt8) {
        throw DtypeError(
            fmt::format("unpackbits: {} was given; expected uint8", dtype_name(a.dtype())));
    }
    const Array places = bit_places("unpackbits", bitorder, a.device());
    const Array given = axis ? a : ravel(a);
    const int along = axis ? normalize_axis("unpackbits", *axis, a.ndim()) : 0;
    const Array shifts = internal::laid_along(places, along + 1, given.ndim() + 1);
    const Array bits = bitwise_and(right_shift(expand_dims(given, {along + 1}), shifts), 1);
    Shape shape = given.shape();
    shape[along] *= 8;
    const int64_t kept = count ? (*count < 0 ? shape[along] + *count : *count) : shape[along];
    if (kept < 0) {
        throw ValueError(fmt::format("unpackbits: count is {} of {} bits; expected at least {}",
                                     *count,
                                     shape[along],
                                     -shape[along]));
    }
    return with_extent(bits.reshape(shape), along, kept);
}

}  // namespace chainerx
