// Products, average pooling, normalization and softmax.
#include <gtest/gtest.h>

#include "chainerx/ops.h"
#include "plugins/onednn/comparison.h"

namespace chainerx::testing {
namespace {

Arrays product(const Arrays& in) { return {matmul(in[0], in[1])}; }

TEST(Matmul, AnyOrderOfAxes) {
    const Array a = some_floats({37, 50}), b = some_floats({50, 29}, 2);
    const Array at = some_floats({50, 37}, 3), bt = some_floats({29, 50}, 4);
    const std::vector<std::string> ops{"chx.matmul"};
    expect_same({a, b}, product, ops);
    expect_same({at, b}, [](const Arrays& in) { return product({transpose(in[0]), in[1]}); }, ops);
    expect_same({a, bt}, [](const Arrays& in) { return product({in[0], transpose(in[1])}); }, ops);
    expect_same(
        {at, bt},
        [](const Arrays& in) { return product({transpose(in[0]), transpose(in[1])}); },
        ops);
}

TEST(Matmul, BatchesAreBroadcast) {
    expect_same({some_floats({3, 1, 17, 20}), some_floats({5, 20, 8}, 2)}, product, {"chx.matmul"});
}

TEST(Matmul, WithoutElementsIsLeftToOthers) {
    expect_same({some_floats({3, 0}), some_floats({0, 5}, 2)}, product, {});
}

TEST(Matmul, MatricesThatRunBackwardsAreLeftToOthers) {
    expect_same({some_floats({20, 30}), some_floats({30, 10}, 2)},
                [](const Arrays& in) { return product({flip(in[0], Axes{1}), in[1]}); },
                {});
}

TEST(Linear, WithAndWithoutBias) {
    expect_same(
        {some_floats({12, 40}), some_floats({30, 40}, 2), some_floats({30}, 3)},
        [](const Arrays& in) { return Arrays{linear(in[0], in[1], in[2]), linear(in[0], in[1])}; },
        {"chx.linear"});
}

TEST(AveragePool, ForwardAndGradient) {
    Array x = some_floats({2, 16, 12, 12});
    x.require_grad();
    for (const char* mode : {"ignore", "zero"}) {
        for (const int64_t pad : {0, 1}) {
            SCOPED_TRACE(std::string(mode) + std::to_string(pad));
            expect_same({x},
                        [&](const Arrays& in) {
                            const Array y = average_pool(in[0], {3}, Dims{2}, {pad}, mode);
                            return Arrays{y, gradients_of(y, in)[0]};
                        },
                        {"chx.average_pool", "chx.average_pool_grad"});
        }
    }
}

TEST(BatchNorm, ForwardAndGradients) {
    Arrays operands{some_floats({4, 16, 6, 6}), some_floats({16}, 2), some_floats({16}, 3)};
    for (const Array& operand : operands) operand.require_grad();
    expect_same(operands,
                [](const Arrays& in) {
                    const Array y =
                        batch_norm(in[0], in[1], in[2], Array(), Array(), 1e-3, 0.9, Axes{0, 2, 3});
                    Arrays results = gradients_of(y, in);
                    results.push_back(y);
                    return results;
                },
                {"chx.batch_norm", "chx.batch_norm_grad"});
}

TEST(BatchNorm, OtherAxesAreLeftToOthers) {
    expect_same(
        {some_floats({4, 6}), some_floats({4}, 2), some_floats({4}, 3)},
        [](const Arrays& in) {
            return Arrays{batch_norm(in[0], in[1], in[2], Array(), Array(), 1e-3, 0.9, Axes{1})};
        },
        {});
}

TEST(LayerNorm, ForwardAndGradients) {
    for (const Shape& shape : {Shape{96}, Shape{6, 96}}) {
        Arrays operands{some_floats({4, 5, 6, 96}), some_floats(shape, 2), some_floats(shape, 3)};
        for (const Array& operand : operands) operand.require_grad();
        expect_same(operands,
                    [&](const Arrays& in) {
                        const Array y = layer_norm(in[0], shape, in[1], in[2], 1e-3);
                        Arrays results = gradients_of(y, in);
                        results.push_back(y);
                        return results;
                    },
                    {"chx.layer_norm", "chx.layer_norm_grad"});
    }
}

TEST(Softmax, AlongTheLastAxis) {
    expect_same({some_floats({5, 7, 30})},
                [](const Arrays& in) { return Arrays{softmax(in[0], 2), log_softmax(in[0], 2)}; },
                {"chx.softmax", "chx.log_softmax"});
}

TEST(Softmax, AlongAxesWithOnlyReferenceLoopsIsLeftToOthers) {
    expect_same({some_floats({5, 7, 30})},
                [](const Arrays& in) { return Arrays{softmax(in[0], 0), softmax(in[0], 1)}; },
                {});
}

}  // namespace
}  // namespace chainerx::testing
