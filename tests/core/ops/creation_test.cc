// Creation functions: values, default dtypes and edge cases.
#include "chainerx/error.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

TEST(Creation, DefaultDtypes) {
    EXPECT_EQ(zeros({2}).dtype(), DType::kFloat32);
    EXPECT_EQ(empty({2}).dtype(), DType::kFloat32);
    EXPECT_EQ(full({2}, 1).dtype(), DType::kInt64);
    EXPECT_EQ(full({2}, true).dtype(), DType::kBool);
    EXPECT_EQ(full({2}, 1.5).dtype(), DType::kFloat32);
    EXPECT_EQ(arange(3).dtype(), DType::kInt64);
    EXPECT_EQ(arange(3.0).dtype(), DType::kFloat32);
    EXPECT_EQ(linspace(0, 1).dtype(), DType::kFloat32);
    EXPECT_EQ(eye(2).dtype(), DType::kFloat32);
    EXPECT_EQ(ones_like(integers({1})).dtype(), DType::kInt64);
}

TEST(Creation, Fill) {
    expect_array(zeros({2, 0}), {2, 0}, {});
    expect_array(ones({}), {}, {1});
    expect_vector(full({3}, -2, DType::kInt8), {-2, -2, -2});
    expect_array(full_like(doubles({1, 2}), 7), {2}, {7, 7});
    EXPECT_EQ(full_like(doubles({1, 2}), 7).dtype(), DType::kFloat64);
    expect_array(full({2, 2}, doubles({3, 4})), {2, 2}, {3, 4, 3, 4});
    expect_gradient([](const Array& a) { return full({3, 2}, a); }, doubles({1, 2}));
    EXPECT_THROW(zeros({-1}), DimensionError);
}

TEST(Creation, Arange) {
    expect_vector(arange(4), {0, 1, 2, 3});
    expect_vector(arange(1, Scalar(8), Scalar(3)), {1, 4, 7});
    expect_vector(arange(5, Scalar(0), Scalar(-2)), {5, 3, 1});
    expect_vector(arange(0, Scalar(1), Scalar(0.25)), {0, 0.25, 0.5, 0.75});
    expect_vector(arange(3, Scalar(1)), {});
    expect_vector(arange(1, Scalar(3), std::nullopt, DType::kFloat64), {1, 2});
    EXPECT_THROW(arange(0, Scalar(1), Scalar(0)), ValueError);
    EXPECT_THROW(arange(0, Scalar(INFINITY)), ValueError);
}

TEST(Creation, Linspace) {
    expect_vector(linspace(0, 1, 5), {0, 0.25, 0.5, 0.75, 1});
    expect_vector(linspace(0, 1, 4, false), {0, 0.25, 0.5, 0.75});
    expect_vector(linspace(2, 5, 1), {2});
    expect_vector(linspace(2, 5, 0), {});
    expect_vector(linspace(-1, 1, 4, true, DType::kInt32), {-1, -1, 0, 1});
    const std::vector<double> thirds = values_of(linspace(0.1, 0.3, 1001, true, DType::kFloat64));
    EXPECT_EQ(thirds.front(), 0.1);
    EXPECT_EQ(thirds.back(), 0.3);
    EXPECT_THROW(linspace(0, 1, -1), ValueError);
}

TEST(Creation, Matrices) {
    expect_array(eye(2), {2, 2}, {1, 0, 0, 1});
    expect_array(eye(2, 3, 1), {2, 3}, {0, 1, 0, 0, 0, 1});
    expect_array(eye(3, 2, -1), {3, 2}, {0, 0, 1, 0, 0, 1});
    expect_array(eye(2, 2, 5), {2, 2}, {0, 0, 0, 0});
    expect_array(identity(1, DType::kBool), {1, 1}, {1});
    expect_array(tri(2, 3), {2, 3}, {1, 0, 0, 1, 1, 0});
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3});
    expect_array(tril(x), {2, 3}, {1, 0, 0, 4, 5, 0});
    expect_array(tril(x, 1), {2, 3}, {1, 2, 0, 4, 5, 6});
    expect_array(triu(x, 1), {2, 3}, {0, 2, 3, 0, 0, 6});
    expect_array(tril(doubles({1, 2})), {2, 2}, {1, 0, 1, 2});
    EXPECT_EQ(tril(ones({2, 2}, DType::kBool)).dtype(), DType::kBool);
    EXPECT_THROW(tril(ones({})), DimensionError);
    expect_gradient([](const Array& a) { return triu(a, -1); }, some_doubles({3, 3}));
}

TEST(Creation, Diagonals) {
    expect_array(diag(doubles({1, 2})), {2, 2}, {1, 0, 0, 2});
    expect_array(diag(doubles({1, 2}), -1), {3, 3}, {0, 0, 0, 1, 0, 0, 0, 2, 0});
    expect_array(diag(doubles({1}), 1), {2, 2}, {0, 1, 0, 0});
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3});
    expect_vector(diag(x), {1, 5});
    expect_vector(diag(x, 1), {2, 6});
    expect_vector(diag(x, -1), {4});
    expect_vector(diag(x, 7), {});
    expect_vector(diag(transpose(x), -1), {2, 6});
    EXPECT_EQ(diag(x).data(), x.data());
    expect_array(diagflat(x.at({Slice{0, 1}, Slice{0, 2}})), {2, 2}, {1, 0, 0, 2});
    EXPECT_THROW(diag(ones({1, 1, 1})), DimensionError);
    expect_gradient([](const Array& a) { return diag(a, 1); }, some_doubles({3}));
    expect_gradient([](const Array& a) { return diag(a, -1); }, some_doubles({3, 4}));
    expect_gradient([](const Array& a) { return diag(transpose(a), 1); }, some_doubles({3, 4}));
}

TEST(Creation, Meshgrid) {
    const std::vector<Array> vectors{doubles({1, 2}), doubles({3, 4, 5})};
    const std::vector<Array> xy = meshgrid(vectors);
    expect_array(xy[0], {3, 2}, {1, 2, 1, 2, 1, 2});
    expect_array(xy[1], {3, 2}, {3, 3, 4, 4, 5, 5});
    const std::vector<Array> ij = meshgrid(vectors, "ij");
    expect_array(ij[0], {2, 3}, {1, 1, 1, 2, 2, 2});
    expect_array(ij[1], {2, 3}, {3, 4, 5, 3, 4, 5});
    EXPECT_THROW(meshgrid(vectors, "ji"), ValueError);
}

TEST(Creation, Copies) {
    const Array x = transpose(some_doubles({2, 3}));
    EXPECT_TRUE(copy(x).is_contiguous());
    EXPECT_TRUE(ascontiguousarray(x).is_contiguous());
    EXPECT_EQ(ascontiguousarray(ones({})).ndim(), 1);
    const Array same = ones({2});
    EXPECT_TRUE(ascontiguousarray(same).is_same(same));
    expect_gradient([](const Array& a) { return copy(transpose(a)); }, some_doubles({2, 3}));
}

}  // namespace
}  // namespace chainerx::testing
