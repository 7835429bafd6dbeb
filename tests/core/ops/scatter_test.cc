// Reading and writing at indices along an axis, padding and interpolation, from C++.
#include "chainerx/error.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

const Array& index() {
    static const Array instance = array(std::vector<int64_t>{1, 0, 1, 1}, {2, 2});
    return instance;
}

TEST(Scatter, GathersAndScatters) {
    const Array a = doubles({1, 2, 3, 4, 5, 6}, {2, 3});
    expect_array(gather(a, 1, index()), {2, 2}, {2, 1, 5, 5});
    const Array src = doubles({10, 20, 30, 40}, {2, 2});
    expect_array(scatter(a, 1, index(), src), {2, 3}, {20, 10, 3, 4, 40, 6});
    expect_array(scatter_add(a, 1, index(), src), {2, 3}, {21, 12, 3, 4, 75, 6});
    EXPECT_THROW(gather(a, 0, integers({0})), DimensionError);
}

TEST(Scatter, Gradients) {
    const auto written = [](const Array& a, const Array& src) {
        return scatter(a, 0, index(), src);
    };
    expect_gradient(written, some_doubles({2, 3}), some_doubles({2, 2}));
    const auto added = [](const Array& a, const Array& src) {
        return scatter_add(a, 1, index(), src);
    };
    expect_gradient(added, some_doubles({2, 3}), some_doubles({2, 2}));
}

TEST(Put, WritesInPlaceIntoAnyLayout) {
    const Array a = doubles({1, 2, 3, 4, 5, 6}, {2, 3});
    put(a.transpose(), integers({1, -1}), 0.0);
    expect_array(a, {2, 3}, {1, 2, 3, 0, 5, 0});
    EXPECT_THROW(put(a.transpose(), integers({-7}), 0.0), IndexError);
}

TEST(Pad, ContinuesArrays) {
    const Array a = doubles({1, 2, 3});
    expect_vector(pad(a, {2, 1}, "reflect"), {3, 2, 1, 2, 3, 2});
    expect_vector(pad(a, {1}, "constant", 7), {7, 1, 2, 3, 7});
    EXPECT_THROW(pad(a, {1, 2, 3}), ValueError);
}

TEST(Interp, IsLinearBetweenPoints) {
    const Array x = doubles({-1, 0.5, 2});
    expect_vector(interp(x, doubles({0, 1}), doubles({10, 20})), {10, 15, 20});
}

}  // namespace
}  // namespace chainerx::testing
