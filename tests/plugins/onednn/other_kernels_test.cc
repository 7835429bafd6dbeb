// Products, pooling, normalization and softmax.
#include <gtest/gtest.h>

#include "chainerx/ops.h"
#include "plugins/onednn/comparison.h"

namespace chainerx::testing {
namespace {

using Arrays = std::vector<Array>;

TEST(Matmul, AnyOrderOfAxes) {
    const Array a = some_floats({37, 50}), b = some_floats({50, 29}, 2);
    const Array at = transpose(some_floats({50, 37}, 3)), bt = transpose(some_floats({29, 50}, 4));
    for (const auto& [left, right] : {std::pair{a, b}, {at, b}, {a, bt}, {at, bt}})
        expect_same([&, l = left, r = right] { return Arrays{matmul(l, r)}; }, {"chx.matmul"});
}

TEST(Matmul, BatchesAreBroadcast) {
    const Array a = some_floats({3, 1, 17, 20}), b = some_floats({5, 20, 8}, 2);
    expect_same([&] { return Arrays{matmul(a, b)}; }, {"chx.matmul"});
}

TEST(Matmul, WithoutElementsIsLeftToOthers) {
    const Array a = some_floats({3, 0}), b = some_floats({0, 5}, 2);
    expect_same([&] { return Arrays{matmul(a, b)}; }, {});
}

TEST(Matmul, MatricesThatRunBackwardsAreLeftToOthers) {
    const Array a = flip(some_floats({20, 30}), Axes{1}), b = some_floats({30, 10}, 2);
    expect_same([&] { return Arrays{matmul(a, b)}; }, {});
}

TEST(Linear, WithAndWithoutBias) {
    const Array x = some_floats({12, 40}), w = some_floats({30, 40}, 2), b = some_floats({30}, 3);
    expect_same([&] { return Arrays{linear(x, w, b), linear(x, w)}; }, {"chx.linear"});
}

TEST(AveragePool, ForwardAndGradient) {
    Array x = some_floats({2, 16, 12, 12});
    x.require_grad();
    for (const char* mode : {"ignore", "zero"}) {
        for (const int64_t pad : {0, 1}) {
            SCOPED_TRACE(std::string(mode) + std::to_string(pad));
            expect_same(
                [&] {
                    const Array y = average_pool(x, {3}, Dims{2}, {pad}, mode);
                    return Arrays{y, gradients_of(y, {x})[0]};
                },
                {"chx.average_pool", "chx.average_pool_grad"});
        }
    }
}

TEST(BatchNorm, ForwardAndGradients) {
    Array x = some_floats({4, 16, 6, 6}), gamma = some_floats({16}, 2), beta = some_floats({16}, 3);
    x.require_grad();
    gamma.require_grad();
    beta.require_grad();
    expect_same(
        [&] {
            const Array y = batch_norm(x, gamma, beta, Array(), Array(), 1e-3, 0.9, Axes{0, 2, 3});
            Arrays results = gradients_of(y, {x, gamma, beta});
            results.push_back(y);
            return results;
        },
        {"chx.batch_norm", "chx.batch_norm_grad"},
        1e-4);
}

TEST(BatchNorm, OtherAxesAreLeftToOthers) {
    const Array x = some_floats({4, 6}), gamma = some_floats({4}, 2), beta = some_floats({4}, 3);
    expect_same(
        [&] { return Arrays{batch_norm(x, gamma, beta, Array(), Array(), 1e-3, 0.9, Axes{1})}; },
        {});
}

TEST(Softmax, AlongTheLastAxis) {
    const Array x = some_floats({5, 7, 30});
    expect_same([&] { return Arrays{softmax(x, 2), log_softmax(x, 2)}; },
                {"chx.softmax", "chx.log_softmax"});
}

TEST(Softmax, AlongAxesWithOnlyReferenceLoopsIsLeftToOthers) {
    const Array x = some_floats({5, 7, 30});
    expect_same([&] { return Arrays{softmax(x, 0), softmax(x, 1)}; }, {});
}

}  // namespace
}  // namespace chainerx::testing
