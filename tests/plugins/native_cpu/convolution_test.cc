// conv and its two gradients against the definition, over dimensions, strides, padding, dilation,
// groups and sizes.
#include <chx/ops/convolution.h>

#include "random_tensors.h"

namespace chx_test {
namespace {

struct ConvolutionCase {
    int64_t n, channels, filters, groups;
    Shape input, kernel, stride, pad, dilation;

    Shape output() const {
        Shape out;
        for (size_t d = 0; d < input.size(); ++d) {
            const int64_t reach = (kernel[d] - 1) * dilation[d] + 1;
            out.push_back((input[d] + 2 * pad[d] - reach) / stride[d] + 1);
        }
        return out;
    }
    static Shape with(int64_t a, int64_t b, const Shape& spatial) {
        Shape shape{a, b};
        shape.insert(shape.end(), spatial.begin(), spatial.end());
        return shape;
    }
    Shape x() const { return with(n, channels, input); }
    Shape w() const { return with(filters, channels / groups, kernel); }
    Shape y() const { return with(n, filters, output()); }
};

const std::vector<ConvolutionCase>& cases() {
    static const std::vector<ConvolutionCase> cases = {
        {2, 3, 4, 1, {5, 6}, {3, 3}, {1, 1}, {1, 1}, {1, 1}},
        {2, 4, 6, 2, {7, 5}, {3, 2}, {2, 1}, {1, 0}, {1, 2}},
        {3, 4, 8, 4, {6, 6}, {3, 3}, {1, 1}, {1, 1}, {1, 1}},
        {2, 3, 3, 3, {9, 8}, {3, 3}, {2, 2}, {2, 1}, {2, 1}},
        {2, 5, 3, 1, {11}, {4}, {3}, {2}, {1}},
        {1, 2, 3, 1, {5, 4, 6}, {2, 3, 3}, {1, 2, 1}, {1, 1, 0}, {2, 1, 1}},
        {2, 6, 5, 1, {4, 4}, {1, 1}, {1, 1}, {0, 0}, {1, 1}},
        {1, 6, 5, 1, {20, 30}, {1, 1}, {1, 1}, {0, 0}, {1, 1}},
        {2, 3, 2, 1, {1, 1}, {3, 3}, {1, 1}, {1, 1}, {1, 1}},
        {2, 3, 2, 1, {3, 3}, {3, 3}, {1, 1}, {4, 4}, {1, 1}},
        {1, 2, 3, 1, {3000}, {5}, {1}, {2}, {1}},
        {1, 24, 8, 1, {40, 40}, {3, 3}, {1, 1}, {1, 1}, {1, 1}},
        {40, 4, 6, 1, {8, 8}, {3, 3}, {1, 1}, {1, 1}, {1, 1}},
        {2, 2, 3, 1, {}, {}, {}, {}, {}},
        // Several panels of filters and columns, several blocks of depth, one tile or many.
        {2, 40, 33, 1, {7, 7}, {3, 3}, {1, 1}, {1, 1}, {1, 1}},
        {3, 3, 17, 1, {33, 21}, {7, 7}, {2, 2}, {3, 3}, {1, 1}},
        {2, 66, 15, 1, {18, 19}, {1, 1}, {1, 1}, {0, 0}, {1, 1}},
        {2, 34, 29, 1, {17, 17}, {1, 1}, {2, 2}, {0, 0}, {1, 1}},
        {2, 32, 30, 2, {9, 40}, {3, 3}, {1, 1}, {3, 4}, {1, 2}},
    };
    return cases;
}

// Calls f(number of x, number of w, number of y) for every product of the definition.
template <class F>
void for_products(const ConvolutionCase& c, F&& f) {
    const Shape out = c.output(), x_shape = c.x(), w_shape = c.w(), y_shape = c.y();
    const int64_t filters = c.filters / c.groups;
    Index at_y(y_shape);
    for (int64_t y = 0; y < numel_of(y_shape); ++y, at_y.next()) {
        Shape taps = c.kernel;
        taps.insert(taps.begin(), c.channels / c.groups);
        Index tap(taps);
        for (int64_t t = 0; t < numel_of(taps); ++t, tap.next()) {
            Shape at_x{at_y[0], at_y[1] / filters * (c.channels / c.groups) + tap[0]};
            bool inside = true;
            for (size_t d = 0; d < c.input.size(); ++d) {
                const int64_t position =
                    at_y[d + 2] * c.stride[d] - c.pad[d] + tap[d + 1] * c.dilation[d];
                inside = inside && position >= 0 && position < c.input[d];
                at_x.push_back(position);
            }
            if (inside) {
                f(number_of(x_shape, at_x), at_y[1] * numel_of(taps) + t, y);
            }
        }
    }
}

void fill(int64_t& n, int64_t* to, const Shape& from) {
    n = static_cast<int64_t>(from.size());
    std::copy(from.begin(), from.end(), to);
}

template <class A>
A attrs_of(const ConvolutionCase& c) {
    A attrs = make_attrs<A>();
    fill(attrs.n_stride, attrs.stride, c.stride);
    fill(attrs.n_pad, attrs.pad, c.pad);
    fill(attrs.n_dilation, attrs.dilation, c.dilation);
    attrs.groups = c.groups;
    return attrs;
}

struct Operands {
    Tensor x, w, b, y;

    Operands(const std::string& dtype, const ConvolutionCase& c)
        : x(random_tensor(dtype, c.x(), 1, -1, 1)),
          w(random_tensor(dtype, c.w(), 2, -1, 1)),
          b(random_tensor(dtype, {c.filters}, 3)),
          y(random_tensor(dtype, c.y(), 4, -1, 1)) {}
};

chx_status forward(
    const std::string& dtype, const ConvolutionCase& c, const Operands& o, bool bias, Tensor& y) {
    auto attrs = attrs_of<chx_attrs_conv>(c);
    fill(attrs.n_output, attrs.output, c.output());
    return Plugin::instance().launch_with(
        "chx.conv", dtype, {&o.x, &o.w, bias ? &o.b : nullptr}, {&y}, attrs);
}

chx_status input_grad(const std::string& dtype,
                      const ConvolutionCase& c,
                      const Operands& o,
                      Tensor& gx) {
    auto attrs = attrs_of<chx_attrs_conv_input_grad>(c);
    fill(attrs.n_input, attrs.input, c.input);
    return Plugin::instance().launch_with("chx.conv_input_grad", dtype, {&o.y, &o.w}, {&gx}, attrs);
}

chx_status weight_grad(const std::string& dtype,
                       const ConvolutionCase& c,
                       const Operands& o,
                       Tensor& gw) {
    auto attrs = attrs_of<chx_attrs_conv_weight_grad>(c);
    fill(attrs.n_kernel, attrs.kernel, c.kernel);
    return Plugin::instance().launch_with(
        "chx.conv_weight_grad", dtype, {&o.y, &o.x}, {&gw}, attrs);
}

void check(const std::string& dtype, const ConvolutionCase& c) {
    const Operands o(dtype, c);
    const Values x = o.x.complex_values(), w = o.w.complex_values(), gy = o.y.complex_values();
    Values y(gy.size()), gx(x.size()), gw(w.size());
    for_products(c, [&](int64_t at_x, int64_t at_w, int64_t at_y) {
        y[at_y] += x[at_x] * w[at_w];
        gx[at_x] += gy[at_y] * w[at_w];
        gw[at_w] += gy[at_y] * x[at_x];
    });
    Tensor result(dtype, c.y()), x_result(dtype, c.x()), w_result(dtype, c.w());
    ASSERT_EQ(CHX_OK, forward(dtype, c, o, false, result)) << last_error();
    expect_close(result, y, 10);
    ASSERT_EQ(CHX_OK, input_grad(dtype, c, o, x_result)) << last_error();
    expect_close(x_result, gx, 10);
    ASSERT_EQ(CHX_OK, weight_grad(dtype, c, o, w_result)) << last_error();
    expect_close(w_result, gw, 10);
    for (size_t i = 0; i < y.size(); ++i) {
        const auto plane = static_cast<int64_t>(i) / numel_of(c.output());
        y[i] += o.b.at(plane % c.filters);
    }
    ASSERT_EQ(CHX_OK, forward(dtype, c, o, true, result)) << last_error();
    expect_close(result, y, 10);
}

TEST(Convolution, AllCases) {
    for (const std::string& dtype : dtype_names("float")) {
        for (size_t i = 0; i < cases().size(); ++i) {
            SCOPED_TRACE(dtype + " case " + std::to_string(i));
            check(dtype, cases()[i]);
        }
    }
}

// The transposed convolution may have positions behind the last window, which get zeros.
TEST(Convolution, InputLargerThanTheWindowsReach) {
    ConvolutionCase c{1, 2, 3, 1, {6, 8}, {2, 3}, {3, 3}, {0, 0}, {1, 1}};
    check("f32", c);
}

TEST(Convolution, EmptyOperands) {
    ConvolutionCase c{0, 3, 4, 1, {5, 6}, {3, 3}, {1, 1}, {1, 1}, {1, 1}};
    const Operands none("f32", c);
    Tensor gw = random_tensor("f32", c.w(), 1), y("f32", c.y());
    ASSERT_EQ(CHX_OK, weight_grad("f32", c, none, gw));
    expect_close(gw, Values(static_cast<size_t>(gw.numel())));
    ASSERT_EQ(CHX_OK, forward("f32", c, none, true, y));
    c.n = 2;
    c.channels = 0;
    const Operands no_channels("f32", c);
    Tensor biased("f32", c.y());
    ASSERT_EQ(CHX_OK, forward("f32", c, no_channels, true, biased));
    EXPECT_EQ(biased.real(0), no_channels.b.real(0));
}

TEST(Convolution, ResultsDoNotDependOnThreads) {
    for (const size_t i : {10u, 11u, 12u, 14u, 15u, 18u}) {
        const ConvolutionCase& c = cases()[i];
        const Operands o("f32", c);
        expect_same_for_all_thread_counts([&] {
            Tensor y("f32", c.y()), gx("f32", c.x()), gw("f32", c.w());
            EXPECT_EQ(CHX_OK, forward("f32", c, o, true, y));
            EXPECT_EQ(CHX_OK, input_grad("f32", c, o, gx));
            EXPECT_EQ(CHX_OK, weight_grad("f32", c, o, gw));
            std::vector<double> all = y.values();
            for (const Tensor* t : {&gx, &gw}) {
                const std::vector<double> more = t->values();
                all.insert(all.end(), more.begin(), more.end());
            }
            return all;
        });
    }
}

}  // namespace
}  // namespace chx_test
