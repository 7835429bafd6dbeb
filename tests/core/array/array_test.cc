// Handles and what they tell: identity, shapes, elements, text.
#include "chainerx/array.h"

#include <thread>

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"
#include "core/plugin/expect_error.h"

namespace chainerx::testing {
namespace {

using internal::expect_contains;
using internal::message_of;

TEST(Array, IsAHandle) {
    EXPECT_TRUE(Array().is_null());
    const Array x = doubles({1, 2});
    Array y = x;
    EXPECT_TRUE(y.is_same(x));
    y += Scalar(1);
    expect_vector(x, {2, 3});
    const Array z = std::move(y);
    EXPECT_TRUE(z.is_same(x));
    y = x.view();
    EXPECT_FALSE(y.is_same(x));
    EXPECT_EQ(y.raw_data(), x.raw_data());
    y = y;  // NOLINT: must do no harm
    expect_vector(y, {2, 3});
    y.reset();
    EXPECT_TRUE(y.is_null());
    expect_vector(x, {2, 3});
}

TEST(Array, TellsItsLayout) {
    const Array x = zeros({2, 3, 4}, DType::kFloat32);
    EXPECT_EQ(x.ndim(), 3);
    EXPECT_EQ(x.shape(), DimsView({2, 3, 4}));
    EXPECT_EQ(x.strides(), DimsView({12, 4, 1}));
    EXPECT_EQ(x.size(), 24);
    EXPECT_EQ(x.nbytes(), 96);
    EXPECT_EQ(x.byte_offset(), 0);
    EXPECT_TRUE(x.is_contiguous());
    EXPECT_FALSE(transpose(x).is_contiguous());
    EXPECT_TRUE(zeros({2, 0, 4}).is_contiguous());
    EXPECT_TRUE(transpose(zeros({2, 0, 4})).is_contiguous()) << "nothing has no gaps";
    EXPECT_TRUE(transpose(zeros({1, 3})).is_contiguous()) << "extents of 1 have no say";
    EXPECT_EQ(zeros({}).shape(), DimsView());
    EXPECT_EQ(zeros({}).size(), 1);
}

TEST(Array, SixteenDimensions) {
    const Shape shape = Dims::filled(16, 1);
    Array x = zeros(shape, DType::kFloat64);
    x.fill(3);
    const Array y = x + x;
    EXPECT_EQ(y.ndim(), 16);
    EXPECT_EQ(static_cast<double>(y.item()), 6.0);
    EXPECT_EQ(transpose(y).ndim(), 16);
    EXPECT_THROW(expand_dims(x, {0}), DimensionError);
    EXPECT_THROW(zeros(std::vector<int64_t>(17, 1)), DimensionError);
}

TEST(Array, BadShapes) {
    EXPECT_THROW(zeros({-1}), DimensionError);
    EXPECT_THROW(zeros({int64_t{1} << 62, 4}), DimensionError);
    EXPECT_THROW(zeros({int64_t{1} << 62}, DType::kFloat64), DimensionError)
        << "more bytes than 2^63";
}

TEST(Array, MethodsAreTheFunctions) {
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3});
    expect_array(x.reshape({3, 2}), {3, 2}, {1, 2, 3, 4, 5, 6});
    expect_array(x.reshape({-1, 2}), {3, 2}, {1, 2, 3, 4, 5, 6});
    expect_array(x.transpose(), {3, 2}, {1, 4, 2, 5, 3, 6});
    expect_array(x.transpose({1, 0}), {3, 2}, {1, 4, 2, 5, 3, 6});
    EXPECT_EQ(x.astype(DType::kInt8).dtype(), DType::kInt8);
    EXPECT_TRUE(x.astype(DType::kFloat64, false).is_same(x));
    EXPECT_FALSE(x.astype(DType::kFloat64).is_same(x));
    expect_array(-x, {2, 3}, {-1, -2, -3, -4, -5, -6});
    expect_array(x.at({1}), {3}, {4, 5, 6});
}

TEST(Array, CopiesHaveMemoryOfTheirOwn) {
    const Array x = transpose(doubles({1, 2, 3, 4}, {2, 2}));
    const Array y = x.copy();
    EXPECT_TRUE(y.is_contiguous());
    y.fill(0);
    expect_array(x, {2, 2}, {1, 3, 2, 4});
}

TEST(Item, IsForOneElement) {
    EXPECT_EQ(static_cast<double>(doubles({2.5}, {1, 1}).item()), 2.5);
    EXPECT_EQ(static_cast<int64_t>(integers({1, 2, 3}).at({2}).item()), 3);
    EXPECT_EQ(doubles({1}, {}).astype(DType::kBool).item().kind(), DTypeKind::kBool);
    EXPECT_EQ(static_cast<uint64_t>(array<uint64_t>({UINT64_MAX}, {}).item()), UINT64_MAX);
    const std::complex<float> element(1, 2);
    EXPECT_EQ(
        static_cast<std::complex<double>>(array_from_host(&element, {}, DType::kComplex64).item()),
        std::complex<double>(1, 2));
    expect_contains(message_of<DimensionError>([] { doubles({1, 2}).item(); }),
                    "an array of shape (2,) has 2 elements");
    EXPECT_THROW(zeros({0}).item(), DimensionError);
}

TEST(ToString, ShowsElementsAndWhereTheyAre) {
    EXPECT_EQ(Array().to_string(), "array(None)");
    EXPECT_EQ(doubles({1, 2.5}).to_string(),
              "array([1.0, 2.5], shape=(2,), dtype=float64, device='native:0')");
    EXPECT_EQ(array<int32_t>({7}, {}).to_string(),
              "array(7, shape=(), dtype=int32, device='native:0')");
    EXPECT_EQ(transpose(doubles({1, 0, 1, 1}, {2, 2}).astype(DType::kBool)).to_string(),
              "array([[True, True],\n       [False, True]], shape=(2, 2), dtype=bool, "
              "device='native:0')");
    EXPECT_EQ(zeros({0, 2}).to_string(),
              "array([], shape=(0, 2), dtype=float32, device='native:0')");
    EXPECT_EQ(
        doubles({1}).require_grad().to_string(),
        "array([1.0], shape=(1,), dtype=float64, device='native:0', backprop_ids=['<default>'])");
}

TEST(ToString, LeavesOutTheMiddleOfLongArrays) {
    EXPECT_EQ(
        arange(2000).to_string(),
        "array([0, 1, 2, ..., 1997, 1998, 1999], shape=(2000,), dtype=int64, device='native:0')");
    EXPECT_LT(zeros({200, 200}).to_string().size(), 600u);
    EXPECT_NE(arange(20).to_string().find("9, 10, 11"), std::string::npos)
        << "short ones are shown whole";
}

TEST(Threads, HandlesMayBeSharedAndPassed) {
    const Array x = doubles({1, 2, 3});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([x] {
            for (int i = 0; i < 200; ++i) {
                const Array y = x + i;
                const Array z = y.at({Slice{1, 3}}) * x.at({0});
                ASSERT_EQ(static_cast<double>(z.at({1}).item()), 3.0 + i);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace chainerx::testing
