// Quantiles, histograms and functions that pass over NaN, from C++.
#include <limits>

#include "chainerx/error.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Quantile, InterpolatesBetweenElements) {
    const Array a = doubles({4, 1, 3, 2, 8, 6}, {2, 3});
    expect_array(quantile(a, 0.5, Axes{1}), {2}, {3, 6});
    expect_array(median(a), {}, {3.5});
    expect_array(percentile(a, 25, Axes{0}, "lower", true), {1, 3}, {2, 1, 3});
    expect_array(quantile(a, doubles({0, 1}), Axes{1}), {2, 2}, {1, 2, 4, 8});
    EXPECT_THROW(quantile(a, 2.0), ValueError);
}

TEST(Quantile, NanIsPassedOnOrOver) {
    const Array a = doubles({4, kNan, 3});
    expect_array(median(a), {}, {kNan});
    expect_array(nanmedian(a), {}, {3.5});
    expect_array(nanmean(a), {}, {3.5});
    expect_array(nansum(a), {}, {7});
    expect_array(nanmax(a), {}, {4});
}

TEST(Quantile, Gradients) {
    const auto middle = [](const Array& a) { return quantile(a, 0.4, Axes{1}); };
    expect_gradient(middle, some_doubles({2, 4}));
}

TEST(Histogram, CountsAndWeighs) {
    const Array a = doubles({0.5, 1.5, 1.5, 3, 9});
    const Array edges = doubles({0, 1, 2, 3});
    expect_array(histogram(a, edges), {3}, {1, 2, 1});
    expect_array(histogram(a, edges, doubles({1, 2, 3, 4, 5})), {3}, {1, 5, 4});
    expect_array(histogram_bin_edges(a, 2, 0.0, 4.0), {3}, {0, 2, 4});
    expect_array(bincount(integers({1, 3, 1})), {4}, {0, 2, 0, 1});
}

}  // namespace
}  // namespace chainerx::testing
