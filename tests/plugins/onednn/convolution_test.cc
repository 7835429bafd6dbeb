// conv, both gradients and the transposed convolution.
#include <gtest/gtest.h>

#include "chainerx/ops.h"
#include "plugins/onednn/comparison.h"

namespace chainerx::testing {
namespace {

struct Layer {
    Shape x, w;
    Dims stride, pad, dilate;
    int64_t groups;
    bool cover_all;
};

class Convolutions : public ::testing::TestWithParam<Layer> {};

TEST_P(Convolutions, ForwardAndGradients) {
    const Layer& layer = GetParam();
    Array x = some_floats(layer.x, 1), w = some_floats(layer.w, 2);
    const Array b = some_floats({layer.w[0]}, 3);
    x.require_grad();
    w.require_grad();
    const auto compute = [&](const Array& bias) {
        const Array y =
            conv(x, w, bias, layer.stride, layer.pad, layer.cover_all, layer.dilate, layer.groups);
        const std::vector<Array> gradients = gradients_of(y, {x, w});
        return std::vector<Array>{y, gradients[0], gradients[1]};
    };
    const std::vector<std::string> ops{"chx.conv", "chx.conv_input_grad", "chx.conv_weight_grad"};
    expect_same([&] { return compute(b); }, ops);
    expect_same([&] { return compute(Array()); }, ops);
}

INSTANTIATE_TEST_SUITE_P(
    Layers,
    Convolutions,
    ::testing::Values(Layer{{2, 16, 9, 9}, {16, 16, 3, 3}, {1}, {1}, {1}, 1, false},
                      Layer{{2, 3, 14, 13}, {8, 3, 5, 3}, {2}, {2}, {1}, 1, false},
                      Layer{{1, 16, 12, 12}, {32, 16, 1, 1}, {1}, {0}, {1}, 1, false},
                      Layer{{1, 16, 12, 12}, {32, 16, 1, 1}, {2}, {0}, {1}, 1, false},
                      Layer{{2, 32, 10, 10}, {32, 16, 3, 3}, {1}, {1}, {1}, 2, false},
                      Layer{{2, 16, 10, 10}, {16, 1, 3, 3}, {1}, {1}, {1}, 16, false},
                      Layer{{1, 16, 15, 15}, {16, 16, 3, 3}, {1}, {2}, {2}, 1, false},
                      Layer{{1, 16, 10, 10}, {16, 16, 3, 3}, {2}, {0}, {1}, 1, true},
                      Layer{{2, 16, 40}, {16, 16, 3}, {1}, {1}, {1}, 1, false},
                      Layer{{1, 16, 6, 6, 6}, {16, 16, 3, 3, 3}, {1}, {1}, {1}, 1, false}));

TEST(Convolution, Transposed) {
    const Array x = some_floats({2, 16, 7, 7}), w = some_floats({16, 32, 4, 4}, 2);
    expect_same([&] { return std::vector<Array>{conv_transpose(x, w, Array(), {2}, {1})}; },
                {"chx.conv_input_grad"});
}

TEST(Convolution, OperandsOfAnyStrides) {
    const Array x = transpose(some_floats({2, 9, 9, 16}), Axes{0, 3, 1, 2});
    const Array w = transpose(some_floats({3, 3, 16, 16}, 2), Axes{3, 2, 0, 1});
    expect_same([&] { return std::vector<Array>{conv(x, w, Array(), {1}, {1})}; }, {"chx.conv"});
}

TEST(Convolution, WithoutElementsIsLeftToOthers) {
    const Array x = some_floats({0, 16, 9, 9}), w = some_floats({16, 16, 3, 3}, 2);
    expect_same([&] { return std::vector<Array>{conv(x, w)}; }, {});
}

TEST(Convolution, OtherDtypesAreServedByTheLadder) {
    for (const DType dtype : {DType::kFloat64, DType::kFloat16, DType::kBFloat16}) {
        const Array x = astype(some_floats({2, 16, 9, 9}), dtype);
        const Array w = astype(some_floats({16, 16, 3, 3}, 2), dtype);
        EXPECT_EQ(conv(x, w).dtype(), dtype);
    }
    const Array x = astype(some_floats({2, 16, 9, 9}), DType::kFloat64);
    const Array w = astype(some_floats({16, 16, 3, 3}, 2), DType::kFloat64);
    expect_same([&] { return std::vector<Array>{conv(x, w)}; }, {}, 0);
}

}  // namespace
}  // namespace chainerx::testing
