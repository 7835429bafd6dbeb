// Manipulation: which shapes are views, values, errors and gradients.
#include "chainerx/error.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

Array counting(const Shape& shape) {
    return reshape(astype(arange(total_size(shape)), DType::kFloat64), shape);
}

bool is_view_of(const Array& view, const Array& base) { return view.raw_data() == base.raw_data(); }

std::string message_of(const std::function<void()>& function) {
    try {
        function();
    } catch (const ChainerxError& error) {
        return error.what();
    }
    return "";
}

TEST(Reshape, ViewsWhereStridesPermit) {
    const Array x = counting({2, 3, 4});
    EXPECT_TRUE(is_view_of(reshape(x, {6, 4}), x));
    EXPECT_TRUE(is_view_of(reshape(x, {4, -1}), x));
    // The two leading axes still lie in memory as one.
    const Array cut = x.at({Slice{}, Slice{}, Slice{1, 3}});
    EXPECT_TRUE(is_view_of(reshape(cut, {6, 1, 2}), x));
    expect_array(reshape(cut, {6, 2}), {6, 2}, {1, 2, 5, 6, 9, 10, 13, 14, 17, 18, 21, 22});
    EXPECT_FALSE(is_view_of(reshape(cut, {12}), x));
    expect_vector(reshape(cut, {12}), {1, 2, 5, 6, 9, 10, 13, 14, 17, 18, 21, 22});
    // An axis of a transposed array may be split.
    const Array turned = transpose(x);
    EXPECT_TRUE(is_view_of(reshape(turned, {2, 2, 3, 2}), x));
    expect_array(reshape(turned, {2, 2, 3, 2}), {2, 2, 3, 2}, values_of(copy(turned)));
    EXPECT_FALSE(is_view_of(ravel(turned), x));
    EXPECT_TRUE(is_view_of(reshape(flip(counting({4})), {2, 2}), flip(counting({4}))) ||
                reshape(flip(x), {6, 4}).strides()[1] == -1);
    expect_array(reshape(broadcast_to(doubles({1, 2}), {3, 2}), {6}), {6}, {1, 2, 1, 2, 1, 2});
    expect_array(reshape(zeros({0, 3}), {3, 0, 5}), {3, 0, 5}, {});
    expect_array(reshape(doubles({5}), {}), {}, {5});
}

TEST(Reshape, Errors) {
    EXPECT_EQ(message_of([] { reshape(zeros({2, 3}), {4}); }),
              "reshape: cannot reshape array of shape (2, 3) into (4,); sizes 6 and 4 differ");
    EXPECT_EQ(
        message_of([] { reshape(zeros({2, 3}), {4, -1}); }),
        "reshape: cannot reshape array of shape (2, 3) into (4, -1); 6 is not a multiple of 4");
    EXPECT_THROW(reshape(zeros({2, 3}), {-1, -1}), DimensionError);
    EXPECT_THROW(reshape(zeros({0}), {0, -1}), DimensionError);
    EXPECT_THROW(reshape(zeros({6}), {-6}), DimensionError);
}

TEST(Views, Axes) {
    const Array x = counting({2, 3, 4});
    EXPECT_EQ(transpose(x).shape(), DimsView(Shape({4, 3, 2})));
    EXPECT_EQ(transpose(x, Axes{1, -1, 0}).shape(), DimsView(Shape({3, 4, 2})));
    EXPECT_EQ(permute_dims(x, {2, 0, 1}).shape(), DimsView(Shape({4, 2, 3})));
    EXPECT_EQ(matrix_transpose(x).shape(), DimsView(Shape({2, 4, 3})));
    EXPECT_EQ(swapaxes(x, 0, -1).shape(), DimsView(Shape({4, 3, 2})));
    EXPECT_EQ(moveaxis(x, {0}, {-1}).shape(), DimsView(Shape({3, 4, 2})));
    EXPECT_EQ(moveaxis(x, {0, 1}, {2, 0}).shape(), DimsView(Shape({3, 4, 2})));
    EXPECT_EQ(rollaxis(x, 2).shape(), DimsView(Shape({4, 2, 3})));
    EXPECT_EQ(rollaxis(x, 0, 3).shape(), DimsView(Shape({3, 4, 2})));
    EXPECT_EQ(squeeze(zeros({1, 3, 1})).shape(), DimsView(Shape({3})));
    EXPECT_EQ(squeeze(zeros({1, 3, 1}), Axes{-1}).shape(), DimsView(Shape({1, 3})));
    EXPECT_EQ(expand_dims(x, {0, -1}).shape(), DimsView(Shape({1, 2, 3, 4, 1})));
    EXPECT_TRUE(expand_dims(x, {1}).is_contiguous());
    EXPECT_THROW(transpose(x, Axes{0, 1}), DimensionError);
    EXPECT_THROW(transpose(x, Axes{0, 0, 1}), DimensionError);
    EXPECT_THROW(squeeze(x, Axes{0}), DimensionError);
    EXPECT_THROW(moveaxis(x, {0, 1}, {0}), DimensionError);
    EXPECT_THROW(matrix_transpose(zeros({3})), DimensionError);
}

TEST(Views, FlipAndRoll) {
    const Array x = counting({2, 3});
    expect_array(flip(x), {2, 3}, {5, 4, 3, 2, 1, 0});
    expect_array(flip(x, Axes{1}), {2, 3}, {2, 1, 0, 5, 4, 3});
    expect_array(fliplr(x), {2, 3}, {2, 1, 0, 5, 4, 3});
    expect_array(flipud(x), {2, 3}, {3, 4, 5, 0, 1, 2});
    expect_array(flip(zeros({0, 2})), {0, 2}, {});
    EXPECT_TRUE(is_view_of(flip(x), x));
    expect_array(roll(x, {1}), {2, 3}, {5, 0, 1, 2, 3, 4});
    expect_array(roll(x, {-1}, Axes{1}), {2, 3}, {1, 2, 0, 4, 5, 3});
    expect_array(roll(x, {1, 2}, Axes{0, 1}), {2, 3}, {4, 5, 3, 1, 2, 0});
    expect_array(roll(x, {6}), {2, 3}, values_of(x));
    EXPECT_FALSE(is_view_of(roll(x, {6}), x));
    EXPECT_FALSE(is_view_of(roll(x, {0}, Axes{0}), x));
    EXPECT_THROW(roll(x, {1, 2, 3}, Axes{0, 1}), DimensionError);
}

TEST(Views, Gradients) {
    const Array x = some_doubles({2, 3, 1});
    const auto square_of = [](const Array& a) { return square(a); };
    expect_gradient([&](const Array& a) { return square_of(reshape(a, {3, 2})); }, x);
    expect_gradient([&](const Array& a) { return square_of(reshape(transpose(a), {6})); }, x);
    expect_gradient([&](const Array& a) { return square_of(transpose(a, Axes{1, 2, 0})); }, x);
    expect_gradient([&](const Array& a) { return square_of(squeeze(a)); }, x);
    expect_gradient([&](const Array& a) { return square_of(expand_dims(a, {1})); }, x);
    expect_gradient([&](const Array& a) { return square_of(broadcast_to(a, {2, 2, 3, 4})); }, x);
    expect_gradient([&](const Array& a) { return square_of(flip(a, Axes{1})); }, x);
    expect_gradient([&](const Array& a) { return square_of(roll(a, {1}, Axes{1})); }, x);
    expect_gradient([&](const Array& a) { return square_of(moveaxis(a, {0}, {2})); }, x);
    expect_gradient([&](const Array& a) { return square_of(astype(a, DType::kFloat64)); }, x);
}

TEST(Joining, Concatenate) {
    const Array a = counting({2, 2});
    const Array b = counting({1, 2});
    expect_array(concatenate({a, b}), {3, 2}, {0, 1, 2, 3, 0, 1});
    expect_array(concatenate({a, a}, -1), {2, 4}, {0, 1, 0, 1, 2, 3, 2, 3});
    expect_vector(concatenate({a, b}, std::nullopt), {0, 1, 2, 3, 0, 1});
    expect_array(concatenate({transpose(a), zeros({0, 2})}), {2, 2}, {0, 2, 1, 3});
    EXPECT_EQ(concatenate({ones({1}, DType::kFloat32), integers({1})}).dtype(), DType::kFloat32);
    EXPECT_THROW(concatenate({}), ValueError);
    EXPECT_THROW(concatenate({a, zeros({2})}), DimensionError);
    EXPECT_THROW(concatenate({a, b}, 1), DimensionError);
    EXPECT_THROW(concatenate({ones({})}), DimensionError);
    EXPECT_THROW(concatenate({a, b}, 2), DimensionError);
}

TEST(Joining, MoreThanAnOpTakes) {
    std::vector<Array> many;
    std::vector<double> expected;
    for (int i = 0; i < 150; ++i) {
        many.push_back(doubles({1.0 * i}));
        expected.push_back(i);
    }
    expect_vector(concatenate(many), expected);
    const auto inputs = gradients(
        [](const std::vector<Array>& in) {
            return std::vector<Array>{
                multiply(concatenate(in), astype(arange(150), DType::kFloat64))};
        },
        many);
    for (int i = 0; i < 150; ++i) expect_vector(inputs[static_cast<size_t>(i)], {1.0 * i});
}

TEST(Joining, GradientsBetweenConstants) {
    const Array a = some_doubles({2, 2});
    const Array constant = some_doubles({2, 1});
    expect_gradient(
        [&](const Array& x, const Array& y) {
            return square(concatenate({constant, x, constant, constant, y, x}, 1));
        },
        a,
        constant);
    expect_gradient([&](const Array& x) { return square(stack({x, a}, 1)); }, a);
}

TEST(Joining, Stacks) {
    const Array a = doubles({1, 2});
    const Array b = doubles({3, 4});
    expect_array(stack({a, b}), {2, 2}, {1, 2, 3, 4});
    expect_array(stack({a, b}, -1), {2, 2}, {1, 3, 2, 4});
    expect_vector(hstack({a, b}), {1, 2, 3, 4});
    expect_array(vstack({a, b}), {2, 2}, {1, 2, 3, 4});
    expect_array(dstack({a, b}), {1, 2, 2}, {1, 3, 2, 4});
    expect_array(hstack({reshape(a, {2, 1}), reshape(b, {2, 1})}), {2, 2}, {1, 3, 2, 4});
    EXPECT_THROW(stack({a, doubles({1})}), DimensionError);
    EXPECT_THROW(stack({}), ValueError);
}

TEST(Joining, Split) {
    const Array x = counting({5});
    const std::vector<Array> parts = split(x, {2, 2, 9});
    ASSERT_EQ(parts.size(), 4u);
    expect_vector(parts[0], {0, 1});
    expect_vector(parts[1], {});
    expect_vector(parts[2], {2, 3, 4});
    expect_vector(parts[3], {});
    expect_vector(split(x, {-1})[1], {4});
    EXPECT_TRUE(is_view_of(parts[2], x));
    expect_array(split_sections(counting({2, 4}), 2, 1)[1], {2, 2}, {2, 3, 6, 7});
    EXPECT_THROW(split_sections(x, 2), ValueError);
    EXPECT_THROW(split_sections(x, 0), ValueError);
    expect_gradients([](const std::vector<Array>& in) { return split(in[0], {2, 3}); },
                     {some_doubles({5})});
}

TEST(Joining, RepeatAndTile) {
    const Array x = counting({2, 2});
    expect_vector(repeat(x, {2}), {0, 0, 1, 1, 2, 2, 3, 3});
    expect_array(repeat(x, {2}, 0), {4, 2}, {0, 1, 0, 1, 2, 3, 2, 3});
    expect_array(repeat(x, {2, 1}, 1), {2, 3}, {0, 0, 1, 2, 2, 3});
    expect_array(repeat(x, {0}, 1), {2, 0}, {});
    EXPECT_FALSE(is_view_of(repeat(x, {1}, 0), x));
    EXPECT_THROW(repeat(x, {-1}, 0), ValueError);
    EXPECT_THROW(repeat(x, {1, 2, 3}, 0), DimensionError);
    expect_array(tile(x, {2}), {2, 4}, {0, 1, 0, 1, 2, 3, 2, 3});
    expect_array(tile(x, {2, 1}), {4, 2}, {0, 1, 2, 3, 0, 1, 2, 3});
    expect_array(tile(doubles({1, 2}), {2, 2}), {2, 4}, {1, 2, 1, 2, 1, 2, 1, 2});
    EXPECT_FALSE(is_view_of(tile(x, {1}), x));
    expect_gradient([](const Array& a) { return square(repeat(a, {3}, 0)); }, some_doubles({2, 2}));
    expect_gradient([](const Array& a) { return square(tile(a, {2, 1, 2})); },
                    some_doubles({2, 2}));
}

TEST(Manipulation, Casts) {
    const Array x = doubles({-1.7, 0, 2.9});
    expect_vector(astype(x, DType::kInt32), {-1, 0, 2});
    expect_vector(astype(x, DType::kBool), {1, 0, 1});
    EXPECT_TRUE(astype(x, DType::kFloat64, false).is_same(x));
    EXPECT_FALSE(astype(x, DType::kFloat64).is_same(x));
    EXPECT_FALSE(astype(x.as_grad_stopped().require_grad(), DType::kInt32).is_connected_to_any());
    const Array g =
        gradient([](const Array& a) { return astype(a, DType::kFloat64); }, floats({1, 2}));
    EXPECT_EQ(g.dtype(), DType::kFloat32);
    expect_vector(g, {1, 1});
}

TEST(Manipulation, LimitOfDimensions) {
    EXPECT_THROW(expand_dims(zeros(Shape::filled(16, 1)), {0}), DimensionError);
    EXPECT_EQ(reshape(zeros(Shape::filled(16, 1)), {1}).ndim(), 1);
}

TEST(Manipulation, BroadcastArrays) {
    const std::vector<Array> both = broadcast_arrays({counting({2, 1}), counting({3})});
    expect_array(both[0], {2, 3}, {0, 0, 0, 1, 1, 1});
    expect_array(both[1], {2, 3}, {0, 1, 2, 0, 1, 2});
    EXPECT_EQ(atleast_3d(zeros({2})).shape(), DimsView(Shape({1, 2, 1})));
    EXPECT_EQ(atleast_2d(zeros({})).shape(), DimsView(Shape({1, 1})));
    EXPECT_EQ(atleast_1d(zeros({})).shape(), DimsView(Shape({1})));
}

}  // namespace
}  // namespace chainerx::testing
