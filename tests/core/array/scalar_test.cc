// Scalars: kinds, conversions, printing, and their bytes in every dtype.
#include "chainerx/scalar.h"

#include <cmath>
#include <cstring>
#include <limits>

#include <gtest/gtest.h>

#include "array/scalar.h"
#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

TEST(Scalar, KeepsItsKind) {
    EXPECT_EQ(Scalar(true).kind(), DTypeKind::kBool);
    EXPECT_EQ(Scalar(1).kind(), DTypeKind::kInt);
    EXPECT_EQ(Scalar(uint8_t{1}).kind(), DTypeKind::kInt);
    EXPECT_EQ(Scalar(uint64_t{1}).kind(), DTypeKind::kInt);
    EXPECT_EQ(Scalar(UINT64_MAX).kind(), DTypeKind::kUInt);
    EXPECT_EQ(Scalar(1.0F).kind(), DTypeKind::kFloat);
    EXPECT_EQ(Scalar(std::complex<double>(1, 2)).kind(), DTypeKind::kComplex);
    EXPECT_EQ(Scalar(true).default_dtype(), DType::kBool);
    EXPECT_EQ(Scalar(1).default_dtype(), DType::kInt64);
    EXPECT_EQ(Scalar(UINT64_MAX).default_dtype(), DType::kUInt64);
    EXPECT_EQ(Scalar(1.0).default_dtype(), DType::kFloat32);
    EXPECT_EQ(Scalar(std::complex<double>(1, 2)).default_dtype(), DType::kComplex64);
}

TEST(Scalar, Converts) {
    EXPECT_EQ(static_cast<int64_t>(Scalar(2.9)), 2);
    EXPECT_EQ(static_cast<uint64_t>(Scalar(UINT64_MAX)), UINT64_MAX);
    EXPECT_EQ(static_cast<double>(Scalar(UINT64_MAX)), 0x1p64);
    EXPECT_EQ(static_cast<double>(Scalar(-3)), -3.0);
    EXPECT_TRUE(static_cast<bool>(Scalar(0.5)));
    EXPECT_FALSE(static_cast<bool>(Scalar(0)));
    EXPECT_FALSE(static_cast<bool>(Scalar()));
    EXPECT_TRUE(static_cast<bool>(Scalar(std::complex<double>(0, 1))));
    EXPECT_EQ(static_cast<std::complex<double>>(Scalar(2)), std::complex<double>(2, 0));
    EXPECT_EQ(static_cast<std::complex<double>>(Scalar(std::complex<double>(1, 2))),
              std::complex<double>(1, 2));
    EXPECT_EQ(static_cast<double>(-Scalar(2.5)), -2.5);
    EXPECT_EQ(static_cast<int64_t>(-Scalar(2)), -2);
    EXPECT_EQ(static_cast<int64_t>(-Scalar(true)), -1);
    EXPECT_EQ(static_cast<std::complex<double>>(-Scalar(std::complex<double>(1, 2))),
              std::complex<double>(-1, -2));
}

TEST(Scalar, PrintsAsPython) {
    EXPECT_EQ(Scalar(true).to_string(), "True");
    EXPECT_EQ(Scalar(-3).to_string(), "-3");
    EXPECT_EQ(Scalar(UINT64_MAX).to_string(), "18446744073709551615");
    EXPECT_EQ(Scalar(2.0).to_string(), "2.0");
    EXPECT_EQ(Scalar(0.5).to_string(), "0.5");
    EXPECT_EQ(Scalar(1e100).to_string(), "1e+100");
    EXPECT_EQ(Scalar(std::nan("")).to_string(), "nan");
    EXPECT_EQ(Scalar(-std::numeric_limits<double>::infinity()).to_string(), "-inf");
    EXPECT_EQ(Scalar(std::complex<double>(1.5, -2.5)).to_string(), "(1.5-2.5j)");
}

double stored(double value, DType dtype) {
    char bytes[16] = {};
    internal::store_scalar(Scalar(value), dtype, bytes);
    return static_cast<double>(internal::load_scalar(dtype, bytes));
}

TEST(ScalarBytes, RoundToNearestEven) {
    EXPECT_EQ(stored(1 + 0x1p-11, DType::kFloat16), 1.0);
    EXPECT_EQ(stored(1 + 3 * 0x1p-11, DType::kFloat16), 1 + 0x1p-9);
    EXPECT_EQ(stored(65504, DType::kFloat16), 65504.0);
    EXPECT_EQ(stored(65519, DType::kFloat16), 65504.0);
    EXPECT_EQ(stored(65520, DType::kFloat16), HUGE_VAL);
    EXPECT_EQ(stored(0x1p-24, DType::kFloat16), 0x1p-24);
    EXPECT_EQ(stored(0x1p-25, DType::kFloat16), 0.0);
    EXPECT_EQ(stored(0x1.8p-25, DType::kFloat16), 0x1p-24);
    EXPECT_EQ(stored(-0x1p-14, DType::kFloat16), -0x1p-14);
    EXPECT_EQ(stored(1 + 0x1p-8, DType::kBFloat16), 1.0);
    EXPECT_EQ(stored(1 + 3 * 0x1p-8, DType::kBFloat16), 1 + 0x1p-6);
    EXPECT_EQ(stored(3.5e38, DType::kBFloat16), HUGE_VAL);
    for (DType dtype : {DType::kFloat16, DType::kBFloat16, DType::kFloat32, DType::kFloat64}) {
        EXPECT_TRUE(std::isnan(stored(std::nan(""), dtype)));
        EXPECT_EQ(stored(-HUGE_VAL, dtype), -HUGE_VAL);
        EXPECT_TRUE(std::signbit(stored(-0.0, dtype)));
        EXPECT_EQ(stored(-1.5, dtype), -1.5);
    }
}

TEST(ScalarBytes, EveryHalfComesBack) {
    for (DType dtype : {DType::kFloat16, DType::kBFloat16}) {
        for (uint32_t bits = 0; bits < 0x10000; ++bits) {
            const auto half = static_cast<uint16_t>(bits);
            const Scalar value = internal::load_scalar(dtype, &half);
            if (std::isnan(static_cast<double>(value))) continue;
            uint16_t again = 0;
            internal::store_scalar(value, dtype, &again);
            ASSERT_EQ(again, half) << dtype_name(dtype);
        }
    }
}

TEST(ScalarBytes, IntegersWrapAround) {
    EXPECT_EQ(stored(300, DType::kUInt8), 44.0);
    EXPECT_EQ(stored(-1, DType::kUInt8), 255.0);
    EXPECT_EQ(stored(200, DType::kInt8), -56.0);
    EXPECT_EQ(stored(-7.9, DType::kInt32), -7.0);
    EXPECT_EQ(stored(3, DType::kBool), 1.0);
}

TEST(ScalarOperands, DoNotWidenArrays) {
    EXPECT_EQ((floats({1}) + 1e300).dtype(), DType::kFloat32);
    EXPECT_EQ((array<int8_t>({1}, {1}) + 1).dtype(), DType::kInt8);
    EXPECT_EQ((array<int8_t>({1}, {1}) + 1.5).dtype(), DType::kFloat32);
    EXPECT_EQ((array<float>({1}, {1}).astype(DType::kFloat16) * 2.0).dtype(), DType::kFloat16);
    EXPECT_EQ((array<uint8_t>({250}, {1}) + 10).dtype(), DType::kUInt8);
    expect_vector(array<uint8_t>({250}, {1}) + 10, {4});
    EXPECT_EQ((floats({1}) + std::complex<double>(0, 1)).dtype(), DType::kComplex64);
}

}  // namespace
}  // namespace chainerx::testing
