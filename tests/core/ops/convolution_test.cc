// Convolution against its definition, its decompositions against its kernels, and gradients.
#include "chx/ops/convolution.h"

#include "chainerx/error.h"
#include "core/ops/array_checks.h"
#include "core/ops/decomposition_checks.h"

namespace chainerx::testing {
namespace {

struct Geometry {
    Shape x, w;
    Dims stride, pad, dilate;
    int64_t groups;
    bool cover_all;
};

std::ostream& operator<<(std::ostream& out, const Geometry& g) {
    return out << "x " << to_string(g.x) << " w " << to_string(g.w) << " stride "
               << to_string(g.stride) << " pad " << to_string(g.pad) << " dilate "
               << to_string(g.dilate) << " groups " << g.groups;
}

// y[n, o, i, j] by the definition, for two spatial axes.
std::vector<double> convolve(const std::vector<double>& x,
                             const std::vector<double>& w,
                             const Geometry& g,
                             DimsView y_shape) {
    const auto stride = [&](int i) { return g.stride.size() == 1 ? g.stride[0] : g.stride[i]; };
    const auto pad = [&](int i) { return g.pad.size() == 1 ? g.pad[0] : g.pad[i]; };
    const auto dilate = [&](int i) { return g.dilate.size() == 1 ? g.dilate[0] : g.dilate[i]; };
    std::vector<double> y;
    for (int64_t n = 0; n < y_shape[0]; ++n)
        for (int64_t o = 0; o < y_shape[1]; ++o)
            for (int64_t i = 0; i < y_shape[2]; ++i)
                for (int64_t j = 0; j < y_shape[3]; ++j) {
                    double total = 0;
                    const int64_t first = o / (g.w[0] / g.groups) * g.w[1];
                    for (int64_t c = 0; c < g.w[1]; ++c)
                        for (int64_t p = 0; p < g.w[2]; ++p)
                            for (int64_t q = 0; q < g.w[3]; ++q) {
                                const int64_t row = i * stride(0) - pad(0) + p * dilate(0);
                                const int64_t column = j * stride(1) - pad(1) + q * dilate(1);
                                if (row < 0 || row >= g.x[2] || column < 0 || column >= g.x[3])
                                    continue;
                                total += x[static_cast<size_t>(
                                             ((n * g.x[1] + first + c) * g.x[2] + row) * g.x[3] +
                                             column)] *
                                         w[static_cast<size_t>(
                                             ((o * g.w[1] + c) * g.w[2] + p) * g.w[3] + q)];
                            }
                    y.push_back(total);
                }
    return y;
}

class Convolution : public ::testing::TestWithParam<Geometry> {
protected:
    Array run(const Array& x, const Array& w, const Array& b = Array()) const {
        const Geometry& g = GetParam();
        return conv(x, w, b, g.stride, g.pad, g.cover_all, g.dilate, g.groups);
    }
    Array x() const { return some_doubles(GetParam().x); }
    Array w() const { return multiply(some_doubles(GetParam().w), 0.5); }
};

TEST_P(Convolution, FollowsTheDefinition) {
    const Array y = run(x(), w());
    expect_array(y,
                 Shape(y.shape()),
                 convolve(values_of(x()), values_of(w()), GetParam(), y.shape()),
                 1e-12);
}

TEST_P(Convolution, Differentiates) {
    const Array b = some_doubles({GetParam().w[0]});
    expect_gradients(
        [&](const std::vector<Array>& in) { return std::vector<Array>{run(in[0], in[1], in[2])}; },
        {x(), w(), b});
}

TEST_P(Convolution, DecomposesIntoTheSame) {
    const Geometry& g = GetParam();
    const Array b = some_doubles({g.w[0]});
    const Array y = run(x(), w(), b);
    const Dims stride = g.stride.size() == 1 ? Dims::filled(2, g.stride[0]) : g.stride;
    const Dims pad = g.pad.size() == 1 ? Dims::filled(2, g.pad[0]) : g.pad;
    const Dims dilation = g.dilate.size() == 1 ? Dims::filled(2, g.dilate[0]) : g.dilate;
    const auto fill =
        [&](auto& attrs, int64_t& n, int64_t (&extents)[CHX_MAX_NDIM], DimsView shape) {
            internal::set_attr(attrs.n_stride, attrs.stride, stride);
            internal::set_attr(attrs.n_pad, attrs.pad, pad);
            internal::set_attr(attrs.n_dilation, attrs.dilation, dilation);
            attrs.groups = g.groups;
            internal::set_attr(n, extents, {shape.data() + 2, 2});
        };
    auto conv_attrs = internal::make_attrs<chx_attrs_conv>();
    fill(conv_attrs, conv_attrs.n_output, conv_attrs.output, y.shape());
    expect_decomposes(internal::kOpConv, {x(), w(), b}, &conv_attrs);
    auto input_attrs = internal::make_attrs<chx_attrs_conv_input_grad>();
    fill(input_attrs, input_attrs.n_input, input_attrs.input, g.x);
    expect_decomposes(internal::kOpConvInputGrad, {some_doubles(y.shape()), w()}, &input_attrs);
    auto weight_attrs = internal::make_attrs<chx_attrs_conv_weight_grad>();
    fill(weight_attrs, weight_attrs.n_kernel, weight_attrs.kernel, g.w);
    expect_decomposes(internal::kOpConvWeightGrad, {some_doubles(y.shape()), x()}, &weight_attrs);
}

INSTANTIATE_TEST_SUITE_P(
    Geometries,
    Convolution,
    ::testing::Values(Geometry{{2, 2, 4, 3}, {3, 2, 2, 2}, {1}, {0}, {1}, 1, false},
                      Geometry{{1, 2, 5, 4}, {2, 2, 3, 2}, {2, 1}, {1, 0}, {1}, 1, false},
                      Geometry{{1, 4, 4, 4}, {2, 2, 2, 2}, {1}, {2, 1}, {2, 1}, 2, false},
                      Geometry{{2, 2, 5, 4}, {2, 1, 2, 2}, {3, 2}, {0}, {1}, 2, true},
                      Geometry{{1, 1, 3, 3}, {1, 1, 1, 1}, {2}, {2}, {1}, 1, false},
                      Geometry{{1, 1, 6, 3}, {2, 1, 2, 2}, {3, 1}, {0, 3}, {1}, 1, false},
                      Geometry{{0, 1, 3, 3}, {2, 1, 2, 2}, {1}, {0}, {1}, 1, false}));

TEST(Conv, AnyNumberOfSpatialAxes) {
    expect_array(conv(doubles({1, 2, 3, 4}, {1, 1, 4}), doubles({1, -1}, {1, 1, 2})),
                 {1, 1, 3},
                 {-1, -1, -1});
    const Array volume = conv(ones({1, 1, 3, 3, 3}), ones({1, 1, 2, 2, 2}), ones({1}));
    expect_array(volume, {1, 1, 2, 2, 2}, std::vector<double>(8, 9));
}

TEST(Conv, CoverAllKeepsTheLastWindow) {
    const Array x = ones({1, 1, 4});
    const Array w = ones({1, 1, 3});
    expect_array(conv(x, w, Array(), {2}, {0}, true), {1, 1, 2}, {3, 2});
    expect_array(conv(x, w, Array(), {2}, {0}, false), {1, 1, 1}, {3});
}

TEST(Conv, Errors) {
    const Array x = ones({1, 2, 4, 4});
    EXPECT_THROW(conv(x, ones({1, 3, 2, 2})), DimensionError);
    EXPECT_THROW(conv(x, ones({1, 2, 2})), DimensionError);
    EXPECT_THROW(conv(x, ones({1, 2, 5, 5})), DimensionError);
    EXPECT_THROW(conv(x, ones({1, 2, 2, 2}), ones({2})), DimensionError);
    EXPECT_THROW(conv(x, ones({1, 2, 2, 2}), Array(), {0}), ValueError);
    EXPECT_THROW(conv(x, ones({1, 2, 2, 2}), Array(), {1}, {-1}), ValueError);
    EXPECT_THROW(conv(x, ones({1, 2, 2, 2}), Array(), {1, 1, 1}), DimensionError);
    EXPECT_THROW(conv(x, ones({3, 1, 2, 2}), Array(), {1}, {0}, false, {1}, 2), DimensionError);
    EXPECT_THROW(conv(ones({2, 2}), ones({2, 2})), DimensionError);
}

TEST(ConvTranspose, IsTheAdjointOfConv) {
    // <conv(x), y> = <x, conv_transpose(y)>
    const Array x = some_doubles({2, 4, 5, 4});
    const Array w = some_doubles({6, 2, 3, 2});
    const Dims stride{2, 1};
    const Array y = conv(x, w, Array(), stride, {1, 0}, false, {1}, 2);
    const Array z = some_doubles(y.shape());
    const Array back = conv_transpose(z, w, Array(), stride, {1, 0}, Dims{5, 4}, {1}, 2);
    EXPECT_NEAR(static_cast<double>(sum(multiply(y, z)).item()),
                static_cast<double>(sum(multiply(x, back)).item()),
                1e-10);
}

TEST(ConvTranspose, SizeAndBias) {
    const Array y = conv_transpose(ones({1, 1, 2}), ones({1, 1, 2}), ones({1}), {2});
    expect_array(y, {1, 1, 4}, {2, 2, 2, 2});
    expect_array(conv_transpose(ones({1, 1, 2}), ones({1, 1, 2}), Array(), {2}, {0}, Dims{5}),
                 {1, 1, 5},
                 {1, 1, 1, 1, 0});
    EXPECT_THROW(conv_transpose(ones({1, 1, 2}), ones({1, 1, 2}), Array(), {2}, {0}, Dims{9}),
                 ValueError);
    EXPECT_THROW(conv_transpose(ones({1, 1, 2}), ones({1, 1, 2}), ones({2})), DimensionError);
    expect_gradients(
        [](const std::vector<Array>& in) {
            return std::vector<Array>{
                conv_transpose(in[0], in[1], in[2], {2}, {1}, std::nullopt, {1}, 2)};
        },
        {some_doubles({2, 2, 3, 2}), some_doubles({2, 2, 2, 3}), some_doubles({4})});
}

}  // namespace
}  // namespace chainerx::testing
