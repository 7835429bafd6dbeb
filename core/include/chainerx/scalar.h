// A number without a dtype of its own: it never changes the dtype of an array of its kind or a higher one.
#pragma once

#include <complex>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <type_traits>

#include "chainerx/dtype.h"

namespace chainerx {

class CHAINERX_EXPORT Scalar {
public:
    constexpr Scalar() = default;
    template <typename T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
    constexpr Scalar(T value) {  // NOLINT: numbers are scalars
        if constexpr (std::is_same_v<T, bool>) {
            kind_ = DTypeKind::kBool;
            int_ = value;
        } else if constexpr (std::is_floating_point_v<T>) {
            kind_ = DTypeKind::kFloat;
            real_ = static_cast<double>(value);
        } else if constexpr (std::is_unsigned_v<T> && sizeof(T) == 8) {
            kind_ = value > static_cast<T>(INT64_MAX) ? DTypeKind::kUInt : DTypeKind::kInt;
            int_ = static_cast<int64_t>(value);
        } else {
            kind_ = DTypeKind::kInt;
            int_ = static_cast<int64_t>(value);  // NOLINT: signed characters are numbers here
        }
    }
    constexpr Scalar(std::complex<double> value)  // NOLINT
        : kind_{DTypeKind::kComplex}, real_{value.real()}, imag_{value.imag()} {}
    // Part by part: what has just been written in parts is not read as a whole without a wait.
    Scalar(const Scalar& other) : kind_{other.kind_}, imag_{other.imag_} {
        std::memcpy(&int_, &other.int_, sizeof int_);
    }
    Scalar& operator=(const Scalar& other) {  // NOLINT: copying to itself changes nothing
        return *new (this) Scalar(other);
    }
    ~Scalar() = default;

    // kUInt only for values above INT64_MAX.
    constexpr DTypeKind kind() const { return kind_; }
    // bool, int64, float32 (!), complex64: what an array made of this scalar alone gets.
    DType default_dtype() const;

    explicit operator bool() const {
        return is_real() ? (is_float() ? real_ != 0 : int_ != 0) : (real_ != 0 || imag_ != 0);
    }
    explicit operator int64_t() const { return is_integral() ? int_ : static_cast<int64_t>(real_); }
    explicit operator uint64_t() const {
        return is_integral() ? static_cast<uint64_t>(int_) : static_cast<uint64_t>(real_);
    }
    explicit operator double() const {
        return kind_ == DTypeKind::kUInt ? static_cast<double>(static_cast<uint64_t>(int_))
               : is_integral()           ? static_cast<double>(int_)
                                         : real_;
    }
    explicit operator float() const { return static_cast<float>(static_cast<double>(*this)); }
    explicit operator int() const { return static_cast<int>(static_cast<int64_t>(*this)); }
    explicit operator std::complex<double>() const { return {static_cast<double>(*this), imag_}; }
    Scalar operator-() const;
    // As Python prints it.
    std::string to_string() const;

private:
    constexpr bool is_integral() const { return kind_ < DTypeKind::kFloat; }
    constexpr bool is_float() const { return kind_ == DTypeKind::kFloat; }
    constexpr bool is_real() const { return kind_ != DTypeKind::kComplex; }

    DTypeKind kind_ = DTypeKind::kFloat;
    union {
        int64_t int_;
        double real_ = 0;
    };
    double imag_ = 0;
};

}  // namespace chainerx
