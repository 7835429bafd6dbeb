// Matrix products: values, shapes and gradients.
#include "chainerx/error.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

Array iota(const Shape& shape, double start = 0) {
    std::vector<double> values;
    for (int64_t i = 0; i < total_size(shape); ++i)
        values.push_back(start + static_cast<double>(i));
    return doubles(values, shape);
}

TEST(Matmul, Matrices) {
    expect_array(matmul(iota({2, 3}), iota({3, 2})), {2, 2}, {10, 13, 28, 40});
    expect_array(matmul(iota({3, 2}).transpose(), iota({3, 2})), {2, 2}, {20, 26, 26, 35});
    expect_array(matmul(iota({2, 0}), iota({0, 3})), {2, 3}, {0, 0, 0, 0, 0, 0});
    const Array whole = iota({2, 2}).astype(DType::kInt32);
    EXPECT_EQ(matmul(whole, whole).dtype(), DType::kInt32);
    expect_array(matmul(whole, whole), {2, 2}, {2, 3, 6, 11});
}

TEST(Matmul, Vectors) {
    expect_array(matmul(iota({3}), iota({3})), {}, {5});
    expect_array(matmul(iota({2, 3}), iota({3})), {2}, {5, 14});
    expect_array(matmul(iota({2}), iota({2, 3})), {3}, {3, 4, 5});
    expect_array(matmul(iota({2}), iota({2, 2, 3})), {2, 3}, {3, 4, 5, 9, 10, 11});
    expect_array(matmul(iota({2, 2, 2}), iota({2})), {2, 2}, {1, 3, 5, 7});
}

TEST(Matmul, Batches) {
    const Array left = iota({2, 1, 2, 3});
    const Array right = iota({4, 3, 1});
    const Array y = matmul(left, right);
    EXPECT_EQ(to_string(y.shape()), "(2, 4, 2, 1)");
    for (int64_t i = 0; i < 2; ++i) {
        for (int64_t j = 0; j < 4; ++j) {
            expect_array(y.at({i, j}), {2, 1}, values_of(matmul(left.at({i, 0}), right.at({j}))));
        }
    }
    expect_array(matmul(iota({2, 2, 2}), iota({2, 1})), {2, 2, 1}, {1, 3, 5, 7});
    expect_array(matmul(iota({0, 2, 3}), iota({3, 2})), {0, 2, 2}, {});
    expect_array(matmul(iota({2, 2}), iota({2, 2, 1})), {2, 2, 1}, {1, 3, 3, 13});
}

TEST(Matmul, Gradients) {
    const auto product = [](const Array& a, const Array& b) { return matmul(a, b); };
    expect_gradient(product, some_doubles({2, 3}), some_doubles({3, 2}));
    expect_gradient(product, some_doubles({3}), some_doubles({3}));
    expect_gradient(product, some_doubles({3}), some_doubles({2, 3, 2}));
    expect_gradient(product, some_doubles({2, 2, 3}), some_doubles({3, 2}));
    expect_gradient(product, some_doubles({2, 1, 2, 3}), some_doubles({2, 3, 1}));
}

TEST(Matmul, Errors) {
    try {
        matmul(iota({2, 3}), iota({4, 5}));
        FAIL();
    } catch (const DimensionError& error) {
        EXPECT_NE(std::string(error.what())
                      .find("matmul: shapes (2, 3) and (4, 5) do not align (3 != 4)"),
                  std::string::npos)
            << error.what();
    }
    EXPECT_THROW(matmul(iota({2, 3}), iota({4})), DimensionError);
    EXPECT_THROW(matmul(iota({2, 2, 3}), iota({3, 3, 2})), DimensionError);
    EXPECT_THROW(matmul(iota({}), iota({3})), DimensionError);
}

TEST(Dot, FollowsNumPy) {
    expect_vector(dot(iota({3}), 2), {0, 2, 4});
    expect_vector(dot(iota({3}), iota({}, 2)), {0, 2, 4});
    expect_vector(dot(iota({}, 2), iota({3})), {0, 2, 4});
    expect_array(dot(iota({3}), iota({3})), {}, {5});
    expect_array(dot(iota({2, 2, 2}), iota({2})), {2, 2}, {1, 3, 5, 7});
    // dot(a, b)[i, j, m] = sum(a[i, :] * b[j, :, m])
    expect_array(dot(iota({1, 2}), iota({2, 2, 3})), {1, 2, 3}, {3, 4, 5, 9, 10, 11});
    expect_array(dot(iota({2, 0}), iota({3, 0, 1})), {2, 3, 1}, {0, 0, 0, 0, 0, 0});
    expect_gradient([](const Array& a, const Array& b) { return dot(a, b); },
                    some_doubles({2, 2}),
                    some_doubles({2, 2, 3}));
    EXPECT_THROW(dot(iota({2, 3}), iota({2, 2, 3})), DimensionError);
}

TEST(Products, Tensordot) {
    const Array a = some_doubles({2, 3, 4});
    const Array b = some_doubles({4, 2, 5});
    const Array y = tensordot_axes(a, b, {0, 2}, {1, 0});
    ASSERT_EQ(y.shape(), DimsView(Shape{3, 5}));
    const Array expected = sum(
        multiply(expand_dims(a, {3}), expand_dims(transpose(b, Axes{1, 0, 2}), {1})), Axes{0, 2});
    expect_vector(ravel(subtract(y, expected)), std::vector<double>(15), 1e-12);
    expect_gradient(
        [](const Array& u, const Array& v) { return tensordot_axes(u, v, {0, 2}, {1, 0}); }, a, b);
    EXPECT_EQ(tensordot_axes(a, b, {}, {}).ndim(), 6);
    EXPECT_THROW(tensordot_axes(a, b, {0}, {0}), DimensionError);
    EXPECT_THROW(tensordot_axes(a, b, {0, 1}, {1}), DimensionError);
}

TEST(Products, OfVectors) {
    const Array a = doubles({1, 2, 3});
    const Array b = doubles({4, 5, 6});
    expect_vector(cross(a, b), {-3, 6, -3});
    expect_array(vecdot(a, b), {}, {32});
    expect_array(inner(a, b), {}, {32});
    expect_array(outer(a, b), {3, 3}, {4, 5, 6, 8, 10, 12, 12, 15, 18});
    expect_vector(kron(a, b), {4, 5, 6, 8, 10, 12, 12, 15, 18});
    EXPECT_THROW(cross(doubles({1, 2}), b), DimensionError);
    EXPECT_THROW(vecdot(doubles({1, 2}), b), DimensionError);
    EXPECT_THROW(vdot(doubles({1, 2}), b), DimensionError);
}

TEST(Linear, FlattensAndAdds) {
    const Array w = iota({2, 3});
    expect_array(linear(iota({2, 3}), w), {2, 2}, {5, 14, 14, 50});
    expect_array(linear(iota({1, 3, 1}), w, iota({2}, 1)), {1, 2}, {6, 16});
    expect_array(linear(iota({2, 1, 3}), w, Array(), 2), {2, 1, 2}, {5, 14, 14, 50});
    expect_gradients(
        [](const std::vector<Array>& in) {
            return std::vector<Array>{linear(in[0], in[1], in[2])};
        },
        {some_doubles({2, 3}), some_doubles({2, 3}), some_doubles({2})});
    EXPECT_THROW(linear(iota({2, 4}), w), DimensionError);
    EXPECT_THROW(linear(iota({2, 3}), w, iota({3})), DimensionError);
    EXPECT_THROW(linear(iota({2, 3}), w, Array(), 3), ValueError);
}

}  // namespace
}  // namespace chainerx::testing
