// Dtypes: names, codes, promotion.
#include "chainerx/dtype.h"

#include <gtest/gtest.h>

#include "chainerx/error.h"
#include "dispatch/type_rules.h"

namespace chainerx::testing {
namespace {

using D = DType;

std::vector<DType> all_dtypes() {
    std::vector<DType> all;
    for (int i = 0; i < kDTypeCount; ++i) all.push_back(static_cast<DType>(i));
    return all;
}

TEST(DType, NamesAndCodesGoBothWays) {
    for (DType dtype : all_dtypes()) {
        EXPECT_EQ(dtype_from_name(dtype_name(dtype)), dtype);
        EXPECT_EQ(from_chx_dtype(to_chx_dtype(dtype)), dtype);
        EXPECT_EQ(to_chx_dtype(dtype).bits, 8 * itemsize(dtype));
    }
    EXPECT_EQ(dtype_from_name("bool_"), D::kBool);
    for (const char* name : {"", "float", "float80", "int128", "Float32", "f4"})
        EXPECT_THROW(dtype_from_name(name), DtypeError) << name;
    EXPECT_FALSE(from_chx_dtype({CHX_DT_FLOAT, 8, 1}).has_value());
    EXPECT_FALSE(from_chx_dtype({CHX_DT_FLOAT, 32, 4}).has_value()) << "lanes";
    EXPECT_FALSE(from_chx_dtype({CHX_DT_BFLOAT, 32, 1}).has_value());
}

TEST(DType, Kinds) {
    EXPECT_EQ(kind(D::kUInt16), DTypeKind::kUInt);
    EXPECT_TRUE(is_floating(D::kBFloat16));
    EXPECT_FALSE(is_floating(D::kComplex64));
    EXPECT_TRUE(is_inexact(D::kComplex64));
    EXPECT_TRUE(is_integral(D::kUInt8));
    EXPECT_FALSE(is_integral(D::kBool));
    EXPECT_EQ(real_dtype(D::kComplex64), D::kFloat32);
    EXPECT_EQ(real_dtype(D::kComplex128), D::kFloat64);
    EXPECT_EQ(real_dtype(D::kFloat16), D::kFloat16);
}

TEST(PromoteTypes, IsSymmetricAndIdempotent) {
    for (DType a : all_dtypes()) {
        EXPECT_EQ(promote_types(a, a), a);
        EXPECT_EQ(promote_types(a, D::kBool), a);
        for (DType b : all_dtypes()) EXPECT_EQ(promote_types(a, b), promote_types(b, a));
    }
}

TEST(PromoteTypes, WithinAKindTheWiderWins) {
    EXPECT_EQ(promote_types(D::kInt8, D::kInt32), D::kInt32);
    EXPECT_EQ(promote_types(D::kUInt8, D::kUInt64), D::kUInt64);
    EXPECT_EQ(promote_types(D::kFloat16, D::kFloat64), D::kFloat64);
    EXPECT_EQ(promote_types(D::kFloat16, D::kBFloat16), D::kFloat32) << "neither holds the other";
    EXPECT_EQ(promote_types(D::kComplex64, D::kComplex128), D::kComplex128);
}

TEST(PromoteTypes, SignedWithUnsignedHoldsBoth) {
    EXPECT_EQ(promote_types(D::kInt8, D::kUInt8), D::kInt16);
    EXPECT_EQ(promote_types(D::kInt8, D::kUInt16), D::kInt32);
    EXPECT_EQ(promote_types(D::kInt8, D::kUInt32), D::kInt64);
    EXPECT_EQ(promote_types(D::kInt64, D::kUInt32), D::kInt64);
    EXPECT_EQ(promote_types(D::kInt64, D::kUInt64), D::kFloat32);
}

TEST(PromoteTypes, AnIntegerNeverWidensAFloat) {
    for (DType integer : {D::kBool, D::kInt8, D::kInt64, D::kUInt64}) {
        for (DType inexact :
             {D::kFloat16, D::kBFloat16, D::kFloat32, D::kFloat64, D::kComplex64, D::kComplex128}) {
            EXPECT_EQ(promote_types(integer, inexact), inexact);
        }
    }
    EXPECT_EQ(promote_types(D::kFloat64, D::kComplex64), D::kComplex128);
    EXPECT_EQ(promote_types(D::kFloat32, D::kComplex64), D::kComplex64);
}

TEST(PromoteWithScalar, NeverWidensWithinAKind) {
    using internal::promote_with_scalar;
    EXPECT_EQ(promote_with_scalar(D::kInt8, DTypeKind::kInt), D::kInt8);
    EXPECT_EQ(promote_with_scalar(D::kUInt8, DTypeKind::kInt), D::kUInt8);
    EXPECT_EQ(promote_with_scalar(D::kFloat16, DTypeKind::kFloat), D::kFloat16);
    EXPECT_EQ(promote_with_scalar(D::kFloat64, DTypeKind::kBool), D::kFloat64);
    EXPECT_EQ(promote_with_scalar(D::kBool, DTypeKind::kInt), D::kInt64);
    EXPECT_EQ(promote_with_scalar(D::kInt64, DTypeKind::kFloat), D::kFloat32);
    EXPECT_EQ(promote_with_scalar(D::kFloat64, DTypeKind::kComplex), D::kComplex128);
    EXPECT_EQ(promote_with_scalar(D::kInt8, DTypeKind::kComplex), D::kComplex64);
}

}  // namespace
}  // namespace chainerx::testing
