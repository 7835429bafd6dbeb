// take, where, nonzero and their kin.
#include "chx/ops/indexing.h"

#include "chainerx/error.h"
#include "core/ops/array_checks.h"
#include "dispatch/dispatch.h"

namespace chainerx::testing {
namespace {

TEST(Where, ValuesAndGradients) {
    const Array condition = array(std::vector<int64_t>{1, 0, 2}, {3}).astype(DType::kBool);
    expect_vector(where(condition, doubles({1, 2, 3}), doubles({4, 5, 6})), {1, 5, 3});
    expect_vector(where(condition, 1, doubles({4, 5, 6})), {1, 5, 1});
    expect_vector(where(integers({1, 0, 2}), doubles({1, 2, 3}), 0), {1, 0, 3});
    expect_gradient([&](const Array& a, const Array& b) { return where(condition, a, b); },
                    some_doubles({2, 3}),
                    some_doubles({3}));
}

TEST(Take, Values) {
    const Array x = doubles({0, 1, 2, 3, 4, 5}, {2, 3});
    expect_vector(take(x, integers({5, 0, -1})), {5, 0, 5});
    expect_array(take(x, integers({2, 0}), 1), {2, 2}, {2, 0, 5, 3});
    expect_array(take(x, array(std::vector<int64_t>{1, 0, 1, 1}, {2, 2}), 0),
                 {2, 2, 3},
                 {3, 4, 5, 0, 1, 2, 3, 4, 5, 3, 4, 5});
    expect_vector(take(x, array(std::vector<int64_t>{1}, {}), 0), {3, 4, 5});
    expect_vector(take(x, integers({7, -7}), std::nullopt, "wrap"), {1, 5});
    expect_vector(take(x, integers({7, -7}), std::nullopt, "clip"), {5, 0});
    expect_vector(take(x, integers({1}).astype(DType::kUInt8)), {1});
    expect_array(take(x, integers({}), 1), {2, 0}, {});
}

TEST(Take, Errors) {
    const Array x = doubles({0, 1, 2});
    EXPECT_THROW(take(x, integers({3})), IndexError);
    EXPECT_THROW(take(x, integers({-4})), IndexError);
    EXPECT_THROW(take(x, doubles({1})), IndexError);
    EXPECT_THROW(take(x, integers({0}), 1), DimensionError);
    EXPECT_THROW(take(x, integers({0}), 0, "bounce"), ValueError);
}

TEST(Take, Gradients) {
    const Array x = some_doubles({3, 2});
    expect_gradient([](const Array& a) { return take(a, integers({2, 0, 2}), 0); }, x);
    expect_gradient([](const Array& a) { return square(take(a, integers({1, -1}), 1)); }, x);
    expect_vector(
        gradient([](const Array& a) { return take(a, integers({1, 1, -1})); }, doubles({5, 6, 7})),
        {0, 2, 1});
}

TEST(ScatterAdd, ValuesAndGradients) {
    auto attrs = internal::make_attrs<chx_attrs_scatter_add>();
    attrs.axis = 1;
    const auto scatter_add = [&](const Array& x, const Array& updates) {
        return internal::call(
            internal::kOps[internal::kOpScatterAdd], {x, integers({2, 0, 2}), updates}, &attrs);
    };
    expect_array(
        scatter_add(zeros({1, 3}, DType::kFloat64), doubles({1, 2, 3}, {1, 3})), {1, 3}, {2, 0, 4});
    expect_gradient(scatter_add, some_doubles({2, 4}), some_doubles({2, 3}));
    EXPECT_THROW(scatter_add(zeros({2, 4}), zeros({2, 4})), DimensionError);
}

TEST(TakeAlongAxis, FollowsNumPy) {
    const Array x = doubles({10, 30, 20, 60, 40, 50}, {2, 3});
    expect_array(take_along_axis(x, array(std::vector<int64_t>{0, 2, 1, 1, 2, 0}, {2, 3}), 1),
                 {2, 3},
                 {10, 20, 30, 40, 50, 60});
    expect_array(take_along_axis(x, array(std::vector<int64_t>{-1}, {1, 1}), 1), {2, 1}, {20, 50});
    expect_array(
        take_along_axis(x, array(std::vector<int64_t>{1, 0, 1}, {1, 3}), 0), {1, 3}, {60, 30, 50});
    expect_array(
        take_along_axis(doubles({7, 8}, {1, 2}), array(std::vector<int64_t>{1, 0}, {2, 1})),
        {2, 1},
        {8, 7});
    expect_gradient(
        [](const Array& a) {
            return take_along_axis(a, array(std::vector<int64_t>{2, 2, 0, 1}, {2, 2}));
        },
        some_doubles({2, 3}));
    EXPECT_THROW(take_along_axis(x, array(std::vector<int64_t>{3}, {1, 1})), IndexError);
    EXPECT_THROW(take_along_axis(x, integers({0})), DimensionError);
}

TEST(Nonzero, GivesOneArrayPerDimension) {
    const std::vector<Array> places = nonzero(doubles({0, 1, 2, 0, 0, 3}, {2, 3}));
    ASSERT_EQ(places.size(), 2u);
    EXPECT_EQ(places[0].dtype(), DType::kInt64);
    expect_vector(places[0], {0, 0, 1});
    expect_vector(places[1], {1, 2, 2});
    expect_vector(nonzero(zeros({3}))[0], {});
    expect_vector(nonzero(zeros({0, 2}))[1], {});
    EXPECT_THROW(nonzero(ones({})), DimensionError);
}

TEST(CountNonzero, OverAxes) {
    const Array x = doubles({0, 1, 2, 0, 0, 3}, {2, 3});
    EXPECT_EQ(count_nonzero(x).dtype(), DType::kInt64);
    expect_array(count_nonzero(x), {}, {3});
    expect_vector(count_nonzero(x, Axes{0}), {0, 1, 2});
    expect_array(count_nonzero(x.astype(DType::kBool), Axes{1}, true), {2, 1}, {2, 1});
}

}  // namespace
}  // namespace chainerx::testing
