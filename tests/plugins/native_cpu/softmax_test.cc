// softmax and log_softmax against the definition, along every axis.
#include <chx/ops/activation.h>

#include "random_tensors.h"

namespace chx_test {
namespace {

Values reference(const Tensor& x, size_t axis, bool logarithm) {
    const Shape& shape = x.shape();
    int64_t inner = 1;
    for (size_t d = axis + 1; d < shape.size(); ++d) {
        inner *= shape[d];
    }
    const int64_t n = shape[axis];
    Values y(static_cast<size_t>(x.numel()));
    for (int64_t i = 0; i < x.numel(); ++i) {
        const int64_t first = i / (n * inner) * n * inner + i % inner;
        double most = -INFINITY, total = 0;
        for (int64_t j = 0; j < n; ++j) {
            most = std::max(most, x.real(first + j * inner));
        }
        for (int64_t j = 0; j < n; ++j) {
            total += std::exp(x.real(first + j * inner) - most);
        }
        y[i] = logarithm ? x.real(i) - most - std::log(total) : std::exp(x.real(i) - most) / total;
    }
    return y;
}

chx_status run(const std::string& op, const Tensor& x, size_t axis, Tensor& y) {
    auto attrs = make_attrs<chx_attrs_softmax>();
    attrs.axis = static_cast<int64_t>(axis);
    return Plugin::instance().launch_with(op, x.dtype_name(), {&x}, {&y}, attrs);
}

TEST(Softmax, AllAxes) {
    for (const std::string& dtype : dtype_names("float")) {
        for (const Shape& shape : {Shape{1},
                                   Shape{10},
                                   Shape{3, 10},
                                   Shape{5, 1},
                                   Shape{2, 3, 4},
                                   Shape{3, 7, 300},
                                   Shape{2, 2500},
                                   Shape{64, 10}}) {
            const Tensor x = random_tensor(dtype, shape, 1, -20, 20);
            for (size_t axis = 0; axis < shape.size(); ++axis) {
                Tensor y(dtype, shape);
                ASSERT_EQ(CHX_OK, run("chx.softmax", x, axis, y));
                expect_close(y, reference(x, axis, false), 0.1);
                ASSERT_EQ(CHX_OK, run("chx.log_softmax", x, axis, y));
                expect_close(y, reference(x, axis, true));
            }
        }
    }
}

Values gradient_reference(const Tensor& y, const Tensor& gy, size_t axis, bool logarithm) {
    const Shape& shape = y.shape();
    int64_t inner = 1;
    for (size_t d = axis + 1; d < shape.size(); ++d) {
        inner *= shape[d];
    }
    const int64_t n = shape[axis];
    Values gx(static_cast<size_t>(y.numel()));
    for (int64_t i = 0; i < y.numel(); ++i) {
        const int64_t first = i / (n * inner) * n * inner + i % inner;
        double total = 0;
        for (int64_t j = 0; j < n; ++j) {
            const int64_t at = first + j * inner;
            total += logarithm ? gy.real(at) : gy.real(at) * y.real(at);
        }
        gx[i] =
            logarithm ? gy.real(i) - std::exp(y.real(i)) * total : y.real(i) * (gy.real(i) - total);
    }
    return gx;
}

chx_status run_gradient(
    const std::string& op, const Tensor& y, const Tensor& gy, size_t axis, Tensor& gx) {
    auto attrs = make_attrs<chx_attrs_softmax_grad>();
    attrs.axis = static_cast<int64_t>(axis);
    return Plugin::instance().launch_with(op, y.dtype_name(), {&y, &gy}, {&gx}, attrs);
}

TEST(Softmax, GradientsAlongAllAxes) {
    for (const std::string& dtype : dtype_names("float")) {
        for (const Shape& shape : {Shape{1},
                                   Shape{0, 3},
                                   Shape{3, 10},
                                   Shape{5, 1},
                                   Shape{2, 3, 4},
                                   Shape{3, 7, 300},
                                   Shape{2, 2500}}) {
            const Tensor y = random_tensor(dtype, shape, 1, 0, 1),
                         log_y = random_tensor(dtype, shape, 2, -3, 0),
                         gy = random_tensor(dtype, shape, 3, -1, 1);
            for (size_t axis = 0; axis < shape.size(); ++axis) {
                const double sums = static_cast<double>(shape[axis]) / 4 + 1;
                Tensor gx(dtype, shape);
                ASSERT_EQ(CHX_OK, run_gradient("chx.softmax_grad", y, gy, axis, gx));
                expect_close(gx, gradient_reference(y, gy, axis, false), sums);
                ASSERT_EQ(CHX_OK, run_gradient("chx.log_softmax_grad", log_y, gy, axis, gx));
                expect_close(gx, gradient_reference(log_y, gy, axis, true), sums);
            }
        }
    }
}

TEST(Softmax, ExtremeValues) {
    for (const char* dtype : {"f32", "f64"}) {
        const Tensor large(dtype, {2, 2}, std::vector<double>{1e4, 0, -1e30, 1e30});
        Tensor y(dtype, {2, 2});
        ASSERT_EQ(CHX_OK, run("chx.softmax", large, 1, y));
        EXPECT_EQ(y.values(), (std::vector<double>{1, 0, 0, 1}));
        const Tensor masked(dtype, {3}, std::vector<double>{-INFINITY, 1, 1});
        Tensor z(dtype, {3});
        ASSERT_EQ(CHX_OK, run("chx.softmax", masked, 0, z));
        EXPECT_EQ(z.values(), (std::vector<double>{0, 0.5, 0.5}));
        const Tensor nan(dtype, {2, 3}, std::vector<double>{1, std::nan(""), 2, 1, 1, 1});
        Tensor w(dtype, {2, 3});
        for (const char* op : {"chx.softmax", "chx.log_softmax"}) {
            ASSERT_EQ(CHX_OK, run(op, nan, 1, w));
            EXPECT_TRUE(std::isnan(w.real(0)) && std::isnan(w.real(1)) && std::isnan(w.real(2)));
            EXPECT_FALSE(std::isnan(w.real(3)));
        }
    }
}

TEST(Softmax, EmptyAndThreads) {
    const Tensor none("f32", {0, 3});
    Tensor y("f32", {0, 3});
    EXPECT_EQ(CHX_OK, run("chx.softmax", none, 1, y));
    const Tensor x = random_tensor("f32", {300, 70}, 1);
    for (size_t axis : {0, 1}) {
        expect_same_for_all_thread_counts([&] {
            Tensor z("f32", {300, 70});
            EXPECT_EQ(CHX_OK, run("chx.softmax", x, axis, z));
            return z.values();
        });
    }
}

}  // namespace
}  // namespace chx_test
