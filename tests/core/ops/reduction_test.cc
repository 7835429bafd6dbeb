// Reductions: axes, empty arrays, dtypes and gradients; mean, var and std.
#include "chainerx/error.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

TEST(Reduction, SumOverAxes) {
    const Array x = reshape(astype(arange(24), DType::kFloat64), {2, 3, 4});
    expect_array(sum(x), {}, {276});
    expect_array(sum(x, Axes{1}), {2, 4}, {12, 15, 18, 21, 48, 51, 54, 57});
    expect_array(sum(x, Axes{-1, 0}), {3}, {60, 92, 124});
    expect_array(sum(x, Axes{0, 2}, true), {1, 3, 1}, {60, 92, 124});
    expect_array(sum(x, Axes{}), {2, 3, 4}, values_of(x));
    expect_array(sum(zeros({0, 3}), Axes{0}), {3}, {0, 0, 0});
    EXPECT_THROW(sum(x, Axes{0, -3}), DimensionError);
    EXPECT_THROW(sum(x, Axes{3}), DimensionError);
}

TEST(Reduction, Dtypes) {
    EXPECT_EQ(sum(ones({2}, DType::kBool)).dtype(), DType::kInt64);
    EXPECT_EQ(sum(ones({2}, DType::kInt8)).dtype(), DType::kInt64);
    EXPECT_EQ(sum(ones({2}, DType::kUInt8)).dtype(), DType::kUInt64);
    EXPECT_EQ(sum(ones({2}, DType::kFloat16)).dtype(), DType::kFloat16);
    EXPECT_EQ(max(ones({2}, DType::kInt8)).dtype(), DType::kInt8);
    EXPECT_EQ(mean(ones({2}, DType::kInt8)).dtype(), DType::kFloat32);
    EXPECT_EQ(mean(ones({2}, DType::kFloat16)).dtype(), DType::kFloat16);
    EXPECT_EQ(any(ones({2})).dtype(), DType::kBool);
}

TEST(Reduction, NothingToReduce) {
    const Array none = zeros({0, 3});
    expect_vector(prod(none, Axes{0}), {1, 1, 1});
    expect_vector(any(none, Axes{0}), {0, 0, 0});
    expect_array(all(none, Axes{0}, true), {1, 3}, {1, 1, 1});
    expect_array(all(none), {}, {1});
    expect_vector(max(none, Axes{1}), {});
    EXPECT_THROW(max(none), DimensionError);
    EXPECT_THROW(min(none, Axes{0}), DimensionError);
    EXPECT_THROW(argmax(none), DimensionError);
    EXPECT_THROW(argmin(none, 0), DimensionError);
    EXPECT_TRUE(std::isnan(static_cast<double>(mean(none).item())));
}

TEST(Reduction, AnyAll) {
    const Array x = doubles({0, 0, 1, 0, 2, NAN}, {3, 2});
    expect_vector(any(x, Axes{1}), {0, 1, 1});
    expect_vector(all(x, Axes{1}), {0, 0, 1});
    expect_array(any(equal(x, 2)), {}, {1});
}

TEST(Reduction, Argmax) {
    const Array x = doubles({3, 1, 2, 3, 9, 0}, {2, 3});
    expect_array(argmax(x), {}, {4});
    expect_array(argmin(x, std::nullopt, true), {1, 1}, {5});
    expect_vector(argmax(x, 0), {0, 1, 0});
    expect_array(argmin(x, -1, true), {2, 1}, {1, 2});
    EXPECT_EQ(argmax(x).dtype(), DType::kInt64);
    EXPECT_THROW(argmax(x, 2), DimensionError);
}

TEST(Reduction, Cumsum) {
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3});
    expect_vector(cumsum(x), {1, 3, 6, 10, 15, 21});
    expect_array(cumsum(x, 0), {2, 3}, {1, 2, 3, 5, 7, 9});
    expect_gradient([](const Array& a) { return cumsum(a); }, x);
    expect_gradient([](const Array& a) { return cumsum(a, -1); }, x);
}

TEST(Reduction, Cumprod) {
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3});
    expect_vector(cumprod(x), {1, 2, 6, 24, 120, 720});
    expect_array(cumprod(x, 0), {2, 3}, {1, 2, 3, 4, 10, 18});
    expect_gradient([](const Array& a) { return cumprod(a, -1); }, x);
    // Where there are zeros, another rule serves gradients that are not differentiated again.
    for (const std::vector<double>& values :
         {std::vector<double>{2, 0, 3, 4}, std::vector<double>{0, 2, 0, 4}}) {
        expect_gradient([](const Array& a) { return cumprod(a); }, doubles(values));
        const Array g = gradient([](const Array& a) { return cumprod(a); }, doubles(values));
        std::vector<double> expected(4);
        for (size_t i = 0; i < 4; ++i) {
            for (size_t k = i; k < 4; ++k) {
                double product = 1;
                for (size_t j = 0; j <= k; ++j) product *= j == i ? 1 : values[j];
                expected[i] += product;
            }
        }
        expect_vector(g, expected);
    }
}

TEST(Reduction, CumulativeWithInitial) {
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3});
    expect_array(cumulative_sum(x, 1, std::nullopt, true), {2, 4}, {0, 1, 3, 6, 0, 4, 9, 15});
    expect_array(
        cumulative_prod(x, 0, DType::kFloat32, true), {3, 3}, {1, 1, 1, 1, 2, 3, 4, 10, 18});
    EXPECT_EQ(cumulative_sum(x, 0, DType::kInt32).dtype(), DType::kInt32);
    EXPECT_THROW(cumulative_sum(x), ValueError);
}

TEST(Reduction, Diff) {
    const Array x = doubles({1, 3, 6, 10, 15, 21}, {2, 3});
    expect_array(diff(x), {2, 2}, {2, 3, 5, 6});
    expect_array(diff(x, 2, 1), {2, 1}, {1, 1});
    EXPECT_EQ(diff(x, 4).shape(), DimsView(Shape{2, 0}));
    expect_gradient([](const Array& a) { return diff(a, 2); }, x);
    EXPECT_THROW(diff(x, -1), ValueError);
}

TEST(Reduction, Gradients) {
    const Array x = some_doubles({2, 3, 2});
    expect_gradient([](const Array& a) { return sum(a); }, x);
    expect_gradient([](const Array& a) { return sum(square(a), Axes{1}); }, x);
    expect_gradient([](const Array& a) { return sum(a, Axes{0, 2}, true); }, x);
    expect_gradient([](const Array& a) { return max(a); }, x);
    expect_gradient([](const Array& a) { return max(a, Axes{1}); }, x);
    expect_gradient([](const Array& a) { return min(a, Axes{0, 2}, true); }, x);
    expect_gradient([](const Array& a) { return mean(a, Axes{1}); }, x);
    expect_gradient([](const Array& a) { return var(a, Axes{1}); }, x);
    expect_gradient([](const Array& a) { return std(a, Axes{0, 1}, true, 1); }, x);
}

TEST(Reduction, TiesShareTheGradient) {
    const Array x = doubles({2, 5, 5, 1, 1, 1}, {2, 3});
    expect_array(gradient([](const Array& a) { return max(a, Axes{1}); }, x),
                 {2, 3},
                 {0, 0.5, 0.5, 1 / 3.0, 1 / 3.0, 1 / 3.0},
                 1e-15);
}

TEST(Reduction, GradientOfProd) {
    const Array x = some_doubles({2, 3, 2});
    expect_gradient([](const Array& a) { return prod(a); }, x);
    expect_gradient([](const Array& a) { return prod(a, Axes{1}); }, x);
    expect_gradient([](const Array& a) { return prod(a, Axes{0, 2}, true); }, x);
    const Array with_zeros = doubles({0, 2, 3, 0, 0, 5, 7, 1, 4}, {3, 3});
    expect_gradient([](const Array& a) { return prod(a, Axes{1}); }, with_zeros);
    expect_array(gradient([](const Array& a) { return prod(a, Axes{1}); }, with_zeros),
                 {3, 3},
                 {6, 0, 0, 0, 0, 0, 4, 28, 7});
    expect_array(
        gradient([](const Array& a) { return prod(a, Axes{0}); }, zeros({0, 2}, DType::kFloat64)),
        {0, 2},
        {});
}

TEST(Statistics, Values) {
    const Array x = doubles({1, 2, 4, 9}, {2, 2});
    expect_array(mean(x), {}, {4});
    expect_vector(mean(x, Axes{0}), {2.5, 5.5});
    expect_array(var(x), {}, {9.5});
    expect_array(var(x, std::nullopt, true, 1), {1, 1}, {38 / 3.0}, 1e-14);
    expect_vector(std(x, Axes{1}), {0.5, 2.5});
    // The sum of these exceeds the range of float16.
    expect_array(mean(full({100}, 1000, DType::kFloat16)), {}, {1000});
    expect_array(mean(integers({1, 2})), {}, {1.5});
}

}  // namespace
}  // namespace chainerx::testing
