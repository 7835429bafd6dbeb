// Array::at and Array::set_at. Expected values are NumPy's.
#include "chainerx/error.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

using I = ArrayIndex;
const I kNew = I::new_axis();
const I kRest = I::ellipsis();
const I kAll = Slice{};

Array iota(const Shape& shape) { return arange(total_size(shape)).reshape(shape); }
Array mask(const std::vector<int64_t>& values, const Shape& shape) {
    return array(values, shape).astype(DType::kBool);
}
Array ints(const std::vector<int64_t>& values, const Shape& shape) { return array(values, shape); }

TEST(BasicIndexing, IntegersAndSlices) {
    const Array x = iota({3, 4});
    expect_vector(x.at({1}), {4, 5, 6, 7});
    expect_vector(x.at({-1, Slice{1, 3}}), {9, 10});
    expect_array(x.at({2, -1}), {}, {11});
    expect_array(x.at({Slice{0, 2}, Slice{{}, {}, 2}}), {2, 2}, {0, 2, 4, 6});
    expect_array(x.at({}), {3, 4}, values_of(x));
    EXPECT_EQ(x.at({1}).raw_data(), x.raw_data());
}

TEST(BasicIndexing, NegativeStepsAndBoundsOutside) {
    const Array x = iota({5});
    expect_vector(x.at({Slice{{}, {}, -1}}), {4, 3, 2, 1, 0});
    expect_vector(x.at({Slice{3, 0, -2}}), {3, 1});
    expect_vector(x.at({Slice{100, -100, -3}}), {4, 1});
    expect_vector(x.at({Slice{-100, 100}}), {0, 1, 2, 3, 4});
    expect_vector(x.at({Slice{4, 2}}), {});
    expect_vector(x.at({Slice{7, 9}}), {});
    expect_vector(x.at({Slice{1, {}, INT64_MAX}}), {1});
    expect_vector(x.at({Slice{{}, {}, INT64_MIN}}), {4});
    expect_vector(iota({0}).at({Slice{{}, {}, -1}}), {});
    EXPECT_THROW(x.at({Slice{0, 1, 0}}), ValueError);
}

TEST(BasicIndexing, NewAxisAndEllipsis) {
    const Array x = iota({2, 3, 2});
    EXPECT_EQ(to_string(x.at({kNew, 0, kNew, kRest, kNew}).shape()), "(1, 1, 3, 2, 1)");
    expect_array(x.at({kRest, 1}), {2, 3}, {1, 3, 5, 7, 9, 11});
    expect_array(x.at({1, kRest, 0}), {3}, {6, 8, 10});
    expect_array(x.at({0, 0, 0, kRest}), {}, {0});
    expect_array(iota({}).at({kRest, kNew}), {1}, {0});
}

TEST(BasicIndexing, Errors) {
    const Array x = iota({3, 4});
    try {
        x.at({0, 4});
        FAIL();
    } catch (const IndexError& error) {
        EXPECT_STREQ(error.what(),
                     "index: 4 is out of range for axis 1 with 4 elements; expected -4 to 3");
    }
    EXPECT_THROW(x.at({-4}), IndexError);
    EXPECT_THROW(x.at({0, 0, 0}), IndexError);
    EXPECT_THROW(x.at({kRest, kRest}), IndexError);
    EXPECT_THROW(iota({}).at({0}), IndexError);
}

TEST(BasicIndexing, Gradients) {
    const Array x = some_doubles({3, 4});
    expect_gradient([](const Array& a) { return a.at({Slice{{}, {}, -2}, 1}); }, x);
    expect_gradient([](const Array& a) { return square(a.at({kNew, 1, Slice{1, 4, 2}})); }, x);
    expect_gradient([](const Array& a) { return a.at({kRest, kNew}); }, x);
    expect_gradient([](const Array& a) { return a.at({Slice{2, 1}}); }, x);
}

TEST(AdvancedIndexing, IntegerArrays) {
    const Array x = iota({3, 4});
    expect_array(x.at({integers({2, 0, -1})}), {3, 4}, {8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11});
    expect_vector(x.at({integers({2, 0}), integers({-1, 1})}), {11, 1});
    expect_array(x.at({ints({0, 2}, {2, 1}), integers({1, 3})}), {2, 2}, {1, 3, 9, 11});
    expect_array(
        x.at({kAll, ints({3, 0, 0, 1}, {2, 2})}), {3, 2, 2}, {3, 0, 0, 1, 7, 4, 4, 5, 11, 8, 8, 9});
    expect_array(x.at({Slice{{}, {}, -2}, integers({0, 1})}), {2, 2}, {8, 9, 0, 1});
    expect_vector(x.at({ints({1}, {})}), {4, 5, 6, 7});
    expect_array(x.at({integers({})}), {0, 4}, {});
    expect_array(x.at({kRest, integers({3}).astype(DType::kUInt8)}), {3, 1}, {3, 7, 11});
}

TEST(AdvancedIndexing, PlacesTheirAxesAsNumPyDoes) {
    const Array x = iota({2, 3, 4, 5});
    const Array i = ints({0, 1, 1, 0}, {2, 2});
    const Array j = ints({1, 0}, {2});
    const auto shape = [&](const std::vector<ArrayIndex>& indices) {
        return to_string(x.at(indices).shape());
    };
    EXPECT_EQ(shape({kAll, i, j}), "(2, 2, 2, 5)");
    EXPECT_EQ(shape({kAll, i, kAll, j}), "(2, 2, 2, 4)");
    EXPECT_EQ(shape({0, kAll, i}), "(2, 2, 3, 5)");
    EXPECT_EQ(shape({kAll, 0, i}), "(2, 2, 2, 5)");
    EXPECT_EQ(shape({i, kNew, j}), "(2, 2, 1, 4, 5)");
    EXPECT_EQ(shape({kAll, i, kRest, kNew}), "(2, 2, 2, 4, 5, 1)");
    EXPECT_EQ(shape({kNew, kAll, i, 0, kAll}), "(1, 2, 2, 2, 5)");
    EXPECT_EQ(shape({kAll, kAll, i, kRest, j}), "(2, 2, 2, 3)");

    const Array picked = x.at({kAll, i, kAll, j});
    expect_array(picked.at({1, 0, 1, 2}), {}, values_of(x.at({1, 1, 2, 1})));
    const Array first = x.at({1, kAll, j, 3});
    expect_array(first, {2, 3}, {68, 88, 108, 63, 83, 103});
}

TEST(AdvancedIndexing, Masks) {
    const Array x = iota({2, 3});
    expect_vector(x.at({mask({1, 0, 0, 0, 1, 1}, {2, 3})}), {0, 4, 5});
    expect_array(x.at({mask({0, 1}, {2})}), {1, 3}, {3, 4, 5});
    expect_array(x.at({kAll, mask({1, 0, 1}, {3})}), {2, 2}, {0, 2, 3, 5});
    expect_vector(x.at({mask({1, 1}, {2}), integers({2, 0})}), {2, 3});
    expect_array(x.at({mask({0, 0}, {2})}), {0, 3}, {});
    expect_array(x.at({mask({1}, {})}), {1, 2, 3}, values_of(x));
    expect_array(x.at({mask({0}, {}), kRest}), {0, 2, 3}, {});
    const Array cube = iota({2, 2, 3});
    expect_array(cube.at({kAll, mask({1, 0, 0, 0, 1, 1}, {2, 3})}), {2, 3}, {0, 4, 5, 6, 10, 11});
    expect_array(
        cube.at({Slice{{}, {}, -1}, mask({0, 1}, {2}), Slice{1}}), {2, 1, 2}, {10, 11, 4, 5});
    EXPECT_THROW(x.at({mask({1, 0, 1}, {3})}), IndexError);
}

TEST(AdvancedIndexing, Errors) {
    const Array x = iota({3, 4});
    EXPECT_THROW(x.at({integers({3})}), IndexError);
    EXPECT_THROW(x.at({integers({0}), integers({-5})}), IndexError);
    EXPECT_THROW(x.at({integers({0, 1}), integers({0, 1, 2})}), IndexError);
    EXPECT_THROW(x.at({doubles({0})}), IndexError);
    EXPECT_THROW(x.at({integers({0}), 0, 0}), IndexError);
}

TEST(AdvancedIndexing, Gradients) {
    const Array x = some_doubles({3, 4});
    expect_gradient([](const Array& a) { return square(a.at({integers({2, 0, 2})})); }, x);
    expect_gradient(
        [](const Array& a) { return a.at({integers({2, 0, 2}), integers({1, 1, -3})}); }, x);
    expect_gradient([](const Array& a) { return a.at({Slice{1}, mask({1, 0, 1, 1}, {4})}); }, x);
    expect_gradient(
        [](const Array& a) { return square(a.at({integers({0, 1}), kAll, integers({1, 1})})); },
        some_doubles({2, 2, 3}));
}

TEST(Assignment, Basic) {
    const Array x = iota({3, 4});
    x.set_at({1, 2}, Scalar(-1));
    x.set_at({kAll, 0}, integers({7, 8, 9}));
    x.set_at({Slice{{}, {}, -2}, Slice{3}}, doubles({20.9, 30.9}, {2, 1}));
    expect_array(x, {3, 4}, {7, 1, 2, 30, 8, 5, -1, 7, 9, 9, 10, 20});
    const Array y = iota({4});
    y.set_at({Slice{1}}, y.at({Slice{0, 3}}));
    expect_vector(y, {0, 0, 1, 2});
    y.set_at({Slice{0, 2}}, ones({1, 1, 2}));
    expect_vector(y, {1, 1, 1, 2});
    const uint64_t version = y.version();
    y.set_at({0}, Scalar(5));
    EXPECT_GT(y.version(), version);
    EXPECT_THROW(y.set_at({Slice{0, 2}}, integers({1, 2, 3})), DimensionError);
    EXPECT_THROW(y.set_at({4}, Scalar(1)), IndexError);
}

TEST(Assignment, IntegerArrays) {
    const Array x = zeros({3, 4});
    x.set_at({integers({2, 0})}, doubles({1, 2, 3, 4}));
    x.set_at({integers({1, 1, -1}), integers({0, 3, 1})}, doubles({5, 6, 7}));
    expect_array(x, {3, 4}, {1, 2, 3, 4, 5, 0, 0, 6, 1, 7, 3, 4});
    const Array transposed = zeros({2, 3}).transpose();
    transposed.set_at({integers({2, 0}), Slice{1}}, Scalar(8));
    expect_array(transposed, {3, 2}, {0, 8, 0, 0, 0, 8});
    const Array repeated = zeros({2});
    repeated.set_at({integers({1, 1})}, doubles({3, 4}));
    expect_vector(repeated, {0, 4});
    EXPECT_THROW(x.set_at({integers({3})}, Scalar(1)), IndexError);
}

TEST(Assignment, SeparatedArrays) {
    const Array x = zeros({2, 3, 2});
    const std::vector<ArrayIndex> index{integers({0, 1}), kAll, integers({1, 0})};
    x.set_at(index, doubles({1, 2, 3, 4, 5, 6}, {2, 3}));
    expect_array(x, {2, 3, 2}, {0, 1, 0, 2, 0, 3, 4, 0, 5, 0, 6, 0});
    expect_array(x.at(index), {2, 3}, {1, 2, 3, 4, 5, 6});
    const Array y = zeros({2, 2, 2});
    y.set_at({1, kAll, integers({1, 0})}, doubles({1, 2, 3, 4}, {2, 2}));
    expect_array(y, {2, 2, 2}, {0, 0, 0, 0, 3, 1, 4, 2});
}

TEST(Assignment, Masks) {
    const Array x = iota({2, 3});
    x.set_at({mask({1, 0, 0, 0, 1, 1}, {2, 3})}, Scalar(-1));
    expect_array(x, {2, 3}, {-1, 1, 2, 3, -1, -1});
    x.set_at({mask({1, 0, 1, 0, 0, 0}, {2, 3})}, integers({7, 8}));
    expect_array(x, {2, 3}, {7, 1, 8, 3, -1, -1});
    x.set_at({mask({0, 1}, {2})}, integers({4, 5, 6}));
    x.set_at({Slice{{}, {}, -1}, mask({1, 0, 0}, {3})}, ints({10, 20}, {2, 1}));
    expect_array(x, {2, 3}, {20, 1, 8, 10, 5, 6});
    EXPECT_THROW(x.set_at({mask({1, 0}, {2})}, ints({1, 2, 3, 4, 5, 6}, {2, 3})), DimensionError);
    EXPECT_THROW(x.set_at({mask({1, 0, 1}, {3})}, Scalar(0)), IndexError);
}

TEST(Assignment, RefusesGraphs) {
    const Array x = doubles({1, 2}).require_grad();
    EXPECT_THROW(x.set_at({0}, Scalar(1)), GradientError);
    EXPECT_THROW(multiply(x, 2).set_at({integers({0})}, Scalar(1)), GradientError);
    EXPECT_THROW(doubles({1, 2}).set_at({Slice{}}, multiply(x, 2)), GradientError);
    const NoBackpropModeScope unrecorded;
    x.set_at({0}, Scalar(5));
    expect_vector(x, {5, 2});
}

}  // namespace
}  // namespace chainerx::testing
