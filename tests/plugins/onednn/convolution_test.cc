// conv, both gradients and the transposed convolution.
#include "chx/ops/convolution.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <gtest/gtest.h>

#include "chainerx/kernel_preference.h"
#include "chainerx/operators.h"
#include "chainerx/ops.h"
#include "dispatch/dispatch.h"
#include "dispatch/op_ids.h"
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
    const auto compute = [&](const Arrays& in) {
        const Array y = conv(in[0],
                             in[1],
                             in[2],
                             layer.stride,
                             layer.pad,
                             layer.cover_all,
                             layer.dilate,
                             layer.groups);
        const Arrays gradients = gradients_of(y, {in[0], in[1]});
        return Arrays{y, gradients[0], gradients[1]};
    };
    const std::vector<std::string> ops{"chx.conv", "chx.conv_input_grad", "chx.conv_weight_grad"};
    expect_same({x, w, b}, compute, ops);
    expect_same({x, w, Array()}, compute, ops);
}

INSTANTIATE_TEST_SUITE_P(
    Layers,
    Convolutions,
    ::testing::Values(Layer{{2, 16, 9, 9}, {16, 16, 3, 3}, {1}, {1}, {1}, 1, false},
                      Layer{{2, 3, 14, 13}, {8, 3, 5, 3}, {2}, {2}, {1}, 1, false},
                      Layer{{3, 16, 6, 6}, {32, 16, 1, 1}, {1}, {0}, {1}, 1, false},
                      Layer{{1, 16, 12, 12}, {32, 16, 1, 1}, {2}, {0}, {1}, 1, false},
                      Layer{{2, 32, 10, 10}, {32, 16, 3, 3}, {1}, {1}, {1}, 2, false},
                      Layer{{2, 16, 10, 10}, {16, 1, 3, 3}, {1}, {1}, {1}, 16, false},
                      Layer{{1, 16, 15, 15}, {16, 16, 3, 3}, {1}, {2}, {2}, 1, false},
                      Layer{{1, 16, 10, 10}, {16, 16, 3, 3}, {2}, {0}, {1}, 1, true},
                      Layer{{2, 8, 4, 3, 5}, {4, 8, 1, 1, 1}, {1}, {0}, {3}, 1, false},
                      Layer{{1, 16, 9, 9}, {16, 16, 1, 1}, {1}, {1}, {1}, 1, false},
                      Layer{{2, 16, 40}, {16, 16, 3}, {1}, {1}, {1}, 1, false},
                      Layer{{1, 16, 6, 6, 6}, {16, 16, 3, 3, 3}, {1}, {1}, {1}, 1, false}));

TEST(Convolution, Transposed) {
    expect_same(
        {some_floats({2, 16, 7, 7}), some_floats({16, 32, 4, 4}, 2)},
        [](const Arrays& in) { return Arrays{conv_transpose(in[0], in[1], Array(), {2}, {1})}; },
        {"chx.conv_input_grad"});
}

TEST(Convolution, OperandsOfAnyStrides) {
    expect_same({some_floats({2, 9, 9, 16}), some_floats({3, 3, 16, 16}, 2)},
                [](const Arrays& in) {
                    const Array x = transpose(in[0], Axes{0, 3, 1, 2});
                    return Arrays{conv(x, transpose(in[1], Axes{3, 2, 0, 1}), Array(), {1}, {1})};
                },
                {"chx.conv"});
}

TEST(Convolution, OfSingleElementsIsAProductOfMatrices) {
    Array x = some_floats({3, 16, 12, 12}), w = some_floats({32, 16, 1, 1}, 2);
    x.require_grad();
    w.require_grad();
    const PreferenceScope preferred("onednn");
    const std::vector<std::string> taken =
        taken_by_onednn([&] { gradients_of(conv(x, w), {x, w}); });
    for (const char* text :
         {"chx.conv by sgemm", "chx.conv_input_grad by sgemm", "chx.conv_weight_grad by sgemm"})
        EXPECT_EQ(std::count(taken.begin(), taken.end(), text), 1) << text;
}

// As large as x, but one position further on: what the contract allows, though conv() does not ask for it.
TEST(Convolution, OfSingleElementsMayBeShifted) {
    auto attrs = internal::make_attrs<chx_attrs_conv>();
    internal::set_attr(attrs.n_stride, attrs.stride, Dims{1, 1});
    internal::set_attr(attrs.n_pad, attrs.pad, Dims{1, 1});
    internal::set_attr(attrs.n_dilation, attrs.dilation, Dims{1, 1});
    internal::set_attr(attrs.n_output, attrs.output, Dims{6, 6});
    attrs.groups = 1;
    const Array x = some_floats({2, 16, 6, 6}), w = some_floats({16, 16, 1, 1}, 2);
    const auto shifted = [&] {
        return internal::call(internal::kOps[internal::kOpConv], {x, w, Operand()}, &attrs);
    };
    Array expected, found;
    {
        const PreferenceScope own("native");
        expected = shifted();
    }
    const PreferenceScope preferred("onednn");
    found = shifted();
    EXPECT_LE(static_cast<double>(max(absolute(found - expected)).item()), 1e-5);
}

TEST(Convolution, WithoutElementsIsLeftToOthers) {
    expect_same({some_floats({0, 16, 9, 9}), some_floats({16, 16, 3, 3}, 2)},
                [](const Arrays& in) { return Arrays{conv(in[0], in[1])}; },
                {});
}

TEST(Convolution, OtherDtypesAreServedByTheLadder) {
    const Array x = some_floats({2, 16, 9, 9}), w = some_floats({16, 16, 3, 3}, 2);
    const char* processor = std::getenv("ONEDNN_MAX_CPU_ISA");
    const bool is_narrow_slow = processor != nullptr && std::string(processor) == "AVX2";
    const PreferenceScope preferred("onednn");
    for (const auto& [dtype, tolerance] : {std::pair{DType::kFloat64, 1e-12},
                                           std::pair{DType::kFloat16, 2e-2},
                                           std::pair{DType::kBFloat16, 2e-1}}) {
        SCOPED_TRACE(dtype_name(dtype));
        if (dtype == DType::kFloat64 || is_narrow_slow) {
            EXPECT_FALSE(has_kernel("chx.conv", dtype));
        }
        const Array a = astype(x, dtype), b = astype(w, dtype);
        Array found;
        const std::vector<std::string> taken = taken_by_onednn([&] { found = conv(a, b); });
        EXPECT_EQ(taken.empty(), !has_kernel("chx.conv", dtype));
        EXPECT_EQ(found.dtype(), dtype);
        const Array expected = conv(astype(a, DType::kFloat64), astype(b, DType::kFloat64));
        EXPECT_LE(
            static_cast<double>(max(absolute(astype(found, DType::kFloat64) - expected)).item()),
            tolerance);
    }
}

}  // namespace
}  // namespace chainerx::testing
