// max_pool: the same elements as the plugin native takes, wherever they are, NaN and infinities included.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "chainerx/kernel_preference.h"
#include "chainerx/ops.h"
#include "plugins/onednn/comparison.h"

namespace chainerx::testing {
namespace {

struct Pool {
    Shape x;
    Dims kernel, stride, pad;
    bool cover_all;
};

class MaxPools : public ::testing::TestWithParam<Pool> {};

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// `odd` in place of every nth element of x.
Array with(const Array& x, float odd, int64_t every) {
    std::vector<float> values(static_cast<size_t>(x.size()));
    x.copy_to_host(values.data());
    for (size_t i = 0; i < values.size(); i += static_cast<size_t>(every)) values[i] = odd;
    return array(values, x.shape());
}

void expect_same_pool(const Pool& pool, Array x) {
    x.require_grad();
    expect_same({x},
                [&](const Arrays& in) {
                    const Array y =
                        max_pool(in[0], pool.kernel, pool.stride, pool.pad, pool.cover_all);
                    // Where the gradient arrives says which elements were taken.
                    return Arrays{y, gradients_of(y, in)[0]};
                },
                {"chx.max_pool"});
}

TEST_P(MaxPools, ForwardAndGradient) {
    const Array x = few_digits(some_floats(GetParam().x));
    expect_same_pool(GetParam(), some_floats(GetParam().x));
    expect_same_pool(GetParam(), x);
    for (const float odd : {std::nanf(""), -std::nanf(""), -kInfinity, kInfinity}) {
        SCOPED_TRACE(odd);
        expect_same_pool(GetParam(), with(x, odd, 17));
        expect_same_pool(GetParam(), with(x, odd, 1));
    }
}

INSTANTIATE_TEST_SUITE_P(Windows,
                         MaxPools,
                         ::testing::Values(Pool{{2, 16, 12, 12}, {2}, {2}, {0}, false},
                                           Pool{{2, 3, 13, 11}, {3}, {2}, {1}, false},
                                           Pool{{1, 20, 9, 14}, {3, 2}, {1, 3}, {1, 0}, false},
                                           Pool{{1, 17, 10, 10}, {3}, {2}, {0}, true},
                                           Pool{{2, 5, 30}, {4}, {3}, {2}, false},
                                           Pool{{2, 8, 5, 6, 7}, {2}, {2}, {0}, false},
                                           Pool{{1, 4, 20, 20}, {17}, {1}, {8}, false}));

TEST(MaxPool, WindowsOfPaddingOnlyAreLeftToOthers) {
    expect_same({some_floats({1, 16, 5, 5})},
                [](const Arrays& in) { return Arrays{exp(max_pool(in[0], {2}, Dims{3}, {2}))}; },
                {});
}

TEST(MaxPool, IntegersAreLeftToOthers) {
    const PreferenceScope preferred("onednn");
    const Array x = astype(some_floats({1, 16, 6, 6}), DType::kInt32);
    EXPECT_TRUE(taken_by_onednn([&] { max_pool(x, {2}); }).empty());
}

}  // namespace
}  // namespace chainerx::testing
