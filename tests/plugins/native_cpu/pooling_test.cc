// Max and average pooling and their gradients against the definition, in one to three dimensions.
#include <limits>

#include <chx/ops/pooling.h>

#include "random_tensors.h"

namespace chx_test {
namespace {

struct PoolCase {
    Shape input, kernel, stride, pad, output;
};

const std::vector<PoolCase>& cases() {
    static const std::vector<PoolCase> cases = {
        {{6}, {2}, {2}, {0}, {3}},
        {{6, 8}, {2, 2}, {2, 2}, {0, 0}, {3, 4}},
        {{7, 5}, {3, 3}, {2, 1}, {1, 1}, {4, 5}},
        {{5, 5}, {3, 2}, {2, 2}, {0, 0}, {3, 3}},  // the last windows reach beyond the input
        {{4, 5, 6}, {2, 3, 2}, {2, 1, 3}, {1, 1, 0}, {3, 5, 2}},
        {{3, 3}, {3, 3}, {1, 1}, {0, 0}, {1, 1}},
        // Rows of several vectors of windows, with and without windows at the borders.
        {{4, 75}, {2, 2}, {2, 2}, {0, 0}, {2, 38}},
        {{5, 70}, {3, 3}, {2, 2}, {1, 1}, {3, 35}},
        {{3, 40}, {2, 3}, {1, 1}, {1, 2}, {4, 42}},
        {{2, 3, 37}, {2, 2, 4}, {1, 2, 1}, {0, 1, 1}, {1, 2, 36}},
        {{90}, {3}, {3}, {0}, {30}},
    };
    return cases;
}

Shape with_planes(const Shape& spatial) {
    Shape shape{2, 3};
    shape.insert(shape.end(), spatial.begin(), spatial.end());
    return shape;
}

// Calls f(number in x, number in the plane, number in y) for all elements of all windows.
template <class F>
void for_elements(const PoolCase& c, F&& f) {
    const int64_t size = numel_of(c.input), n = numel_of(c.output);
    for (int64_t plane = 0; plane < 6; ++plane) {
        Index out(c.output);
        for (int64_t y = 0; y < n; ++y, out.next()) {
            Index tap(c.kernel);
            for (int64_t t = 0; t < numel_of(c.kernel); ++t, tap.next()) {
                Shape at;
                bool inside = true;
                for (size_t d = 0; d < c.input.size(); ++d) {
                    at.push_back(out[d] * c.stride[d] - c.pad[d] + tap[d]);
                    inside = inside && at[d] >= 0 && at[d] < c.input[d];
                }
                if (inside) {
                    const int64_t number = number_of(c.input, at);
                    f(plane * size + number, number, plane * n + y);
                }
            }
        }
    }
}

void fill(int64_t& n, int64_t* to, const Shape& from) {
    n = static_cast<int64_t>(from.size());
    std::copy(from.begin(), from.end(), to);
}

template <class A>
A attrs_of(const PoolCase& c) {
    A attrs = make_attrs<A>();
    fill(attrs.n_kernel, attrs.kernel, c.kernel);
    fill(attrs.n_stride, attrs.stride, c.stride);
    fill(attrs.n_pad, attrs.pad, c.pad);
    return attrs;
}

TEST(Pooling, Max) {
    for (const std::string& dtype : dtype_names("int float")) {
        for (const PoolCase& c : cases()) {
            const Tensor x = random_tensor(dtype, with_planes(c.input), 1);
            Tensor y(dtype, with_planes(c.output)), indices("i64", with_planes(c.output));
            auto attrs = attrs_of<chx_attrs_max_pool>(c);
            fill(attrs.n_output, attrs.output, c.output);
            ASSERT_EQ(
                CHX_OK,
                Plugin::instance().launch_with("chx.max_pool", dtype, {&x}, {&y, &indices}, attrs));
            Values best(static_cast<size_t>(y.numel()), -std::numeric_limits<double>::infinity()),
                where(best.size());
            for_elements(c, [&](int64_t at, int64_t number, int64_t to) {
                if (x.real(at) > best[to].real()) {
                    best[to] = x.real(at);
                    where[to] = static_cast<double>(number);
                }
            });
            expect_close(y, best);
            expect_close(indices, where);
            ASSERT_EQ(
                CHX_OK,
                Plugin::instance().launch_with("chx.max_pool", dtype, {&x}, {&y, nullptr}, attrs));
            expect_close(y, best);
        }
    }
}

TEST(Pooling, NanWinsAndEmptyWindowsHaveNoIndex) {
    Tensor x("f32", {1, 1, 4}, std::vector<double>{1, std::nan(""), 5, std::nan("")});
    Tensor y("f32", {1, 1, 3}), indices("i64", {1, 1, 3});
    const PoolCase c{{4}, {4}, {4}, {0}, {3}};
    auto attrs = attrs_of<chx_attrs_max_pool>(c);
    fill(attrs.n_output, attrs.output, c.output);
    ASSERT_EQ(CHX_OK,
              Plugin::instance().launch_with("chx.max_pool", "f32", {&x}, {&y, &indices}, attrs));
    EXPECT_TRUE(std::isnan(y.real(0)));
    EXPECT_EQ(indices.get_i64(0), 1);
    EXPECT_EQ(y.real(1), -std::numeric_limits<double>::infinity());
    EXPECT_EQ(indices.get_i64(1), -1);
    Tensor gx("f32", {1, 1, 4});
    const Tensor gy("f32", {1, 1, 3}, std::vector<double>{2, 3, 4});
    auto grad_attrs = make_attrs<chx_attrs_max_pool_grad>();
    fill(grad_attrs.n_input, grad_attrs.input, {4});
    ASSERT_EQ(CHX_OK,
              Plugin::instance().launch_with(
                  "chx.max_pool_grad", "f32", {&gy, &indices}, {&gx}, grad_attrs));
    EXPECT_EQ(gx.values(), (std::vector<double>{0, 2, 0, 0}));
}

TEST(Pooling, MaxGradientAndGather) {
    for (const std::string& dtype : dtype_names("float")) {
        for (const PoolCase& c : cases()) {
            const Tensor x = random_tensor(dtype, with_planes(c.input), 1),
                         gy = random_tensor(dtype, with_planes(c.output), 2);
            Tensor indices("i64", with_planes(c.output));
            std::mt19937 random(3);
            for (int64_t i = 0; i < indices.numel(); ++i) {
                indices.set_i64(i, static_cast<int64_t>(random() % numel_of(c.input)));
            }
            Values gx(static_cast<size_t>(x.numel())), y(static_cast<size_t>(gy.numel()));
            const int64_t size = numel_of(c.input), n = numel_of(c.output);
            for (int64_t i = 0; i < gy.numel(); ++i) {
                const int64_t at = i / n * size + indices.get_i64(i);
                gx[at] += gy.at(i);
                y[i] = x.at(at);
            }
            Tensor gx_result(dtype, x.shape()), y_result(dtype, gy.shape());
            auto attrs = make_attrs<chx_attrs_max_pool_grad>();
            fill(attrs.n_input, attrs.input, c.input);
            const Plugin& plugin = Plugin::instance();
            ASSERT_EQ(CHX_OK,
                      plugin.launch_with(
                          "chx.max_pool_grad", dtype, {&gy, &indices}, {&gx_result}, attrs));
            expect_close(gx_result, gx, 4);
            ASSERT_EQ(CHX_OK, plugin.launch("chx.pool_gather", dtype, {&x, &indices}, {&y_result}));
            expect_close(y_result, y);
            indices.set_i64(0, size);
            EXPECT_EQ(CHX_E_INVALID,
                      plugin.launch("chx.pool_gather", dtype, {&x, &indices}, {&y_result}));
            EXPECT_EQ(CHX_E_INVALID,
                      plugin.launch_with(
                          "chx.max_pool_grad", dtype, {&gy, &indices}, {&gx_result}, attrs));
        }
    }
}

TEST(Pooling, AverageAndGradient) {
    for (const std::string& dtype : dtype_names("float")) {
        for (const PoolCase& c : cases()) {
            for (const bool count_pad : {false, true}) {
                const Tensor x = random_tensor(dtype, with_planes(c.input), 1);
                const Tensor gy = random_tensor(dtype, with_planes(c.output), 2);
                Values count(static_cast<size_t>(gy.numel())), y(count.size()),
                    gx(static_cast<size_t>(x.numel()));
                for_elements(c, [&](int64_t, int64_t, int64_t to) { count[to] += 1.0; });
                if (count_pad) {
                    count.assign(count.size(), static_cast<double>(numel_of(c.kernel)));
                }
                for_elements(c, [&](int64_t at, int64_t, int64_t to) {
                    y[to] += x.at(at) / count[to];
                    gx[at] += gy.at(to) / count[to];
                });
                auto attrs = attrs_of<chx_attrs_average_pool>(c);
                fill(attrs.n_output, attrs.output, c.output);
                attrs.count_pad = count_pad;
                auto grad_attrs = attrs_of<chx_attrs_average_pool_grad>(c);
                fill(grad_attrs.n_input, grad_attrs.input, c.input);
                grad_attrs.count_pad = count_pad;
                Tensor y_result(dtype, gy.shape()), gx_result(dtype, x.shape());
                const Plugin& plugin = Plugin::instance();
                ASSERT_EQ(CHX_OK,
                          plugin.launch_with("chx.average_pool", dtype, {&x}, {&y_result}, attrs));
                expect_close(y_result, y, 4);
                ASSERT_EQ(CHX_OK,
                          plugin.launch_with(
                              "chx.average_pool_grad", dtype, {&gy}, {&gx_result}, grad_attrs));
                expect_close(gx_result, gx, 4);
            }
        }
    }
}

}  // namespace
}  // namespace chx_test
