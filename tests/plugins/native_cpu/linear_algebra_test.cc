// matmul and linear against plain loops: dtypes, sizes around the thresholds, layouts, batches and empty
// extents.
#include <chx/ops/linear_algebra.h>

#include "random_tensors.h"

namespace chx_test {
namespace {

Values product(const Tensor& a, const Tensor& b) {
    const Shape& shape = a.shape();
    const int64_t m = shape[shape.size() - 2], k = shape.back(), n = b.shape().back();
    const int64_t batches = numel_of(shape) == 0 ? 0 : a.numel() / (m * k);
    const Values x = a.complex_values(), w = b.complex_values();
    Values y(static_cast<size_t>(batches * m * n));
    for (int64_t batch = 0; batch < batches; ++batch) {
        for (int64_t i = 0; i < m; ++i) {
            for (int64_t p = 0; p < k; ++p) {
                for (int64_t j = 0; j < n; ++j) {
                    y[(batch * m + i) * n + j] +=
                        x[(batch * m + i) * k + p] * w[(batch * k + p) * n + j];
                }
            }
        }
    }
    return y;
}

void check(const std::string& dtype, const Tensor& a, const Tensor& b) {
    Shape shape = a.shape();
    const int64_t depth = shape.back();
    shape.back() = b.shape().back();
    Tensor y(dtype, shape);
    ASSERT_EQ(CHX_OK, Plugin::instance().launch("chx.matmul", dtype, {&a, &b}, {&y}))
        << last_error();
    expect_close(y, product(a, b), 1 + static_cast<double>(depth));
}

constexpr const char* kNumbers = "int float complex";

TEST(Matmul, AllDtypesAndLayouts) {
    for (const std::string& dtype : dtype_names(kNumbers)) {
        const int range = is_integer(dtype) ? 1 : 2;
        for (const Shape& extents : {Shape{1, 1, 1},
                                     Shape{2, 4, 4},
                                     Shape{4, 4, 4},
                                     Shape{5, 7, 3},
                                     Shape{1, 9, 6},
                                     Shape{6, 9, 1},
                                     Shape{17, 33, 21}}) {
            for (const Tensor& a : layouts(dtype, {extents[0], extents[1]}, 1, -range, range)) {
                for (const Tensor& b : layouts(dtype, {extents[1], extents[2]}, 2, -range, range)) {
                    SCOPED_TRACE(dtype);
                    check(dtype, a, b);
                }
            }
        }
    }
}

TEST(Matmul, SizesAroundTheThresholds) {
    for (const std::string dtype : {"f32", "f64", "c64"}) {
        for (const Shape& e : {Shape{24, 24, 24},
                               Shape{25, 24, 24},
                               Shape{40, 300, 33},
                               Shape{300, 20, 270},
                               Shape{1, 500, 300},
                               Shape{300, 500, 1},
                               Shape{64, 257, 520},
                               Shape{12, 330, 40},
                               Shape{300, 25, 12},
                               Shape{13, 320, 29},
                               Shape{29, 321, 65},
                               Shape{43, 961, 13},
                               Shape{257, 50, 513}}) {
            const Tensor a = random_tensor(dtype, {e[0], e[1]}, 1),
                         b = random_tensor(dtype, {e[1], e[2]}, 2);
            const Tensor at = random_tensor(dtype, {e[1], e[0]}, 3).transposed({1, 0});
            const Tensor bt = random_tensor(dtype, {e[2], e[1]}, 4).transposed({1, 0});
            check(dtype, a, b);
            check(dtype, at, b);
            check(dtype, a, bt);
            check(dtype, at, bt);
        }
    }
}

TEST(Matmul, Batches) {
    for (const std::string dtype : {"f32", "i32", "bf16", "c128"}) {
        const Tensor a = random_tensor(dtype, {3, 2, 4, 5}, 1),
                     b = random_tensor(dtype, {3, 2, 5, 6}, 2);
        check(dtype, a, b);
        check(dtype, a, random_tensor(dtype, {1, 2, 5, 6}, 3).broadcast({3, 2, 5, 6}));
        check(dtype, a, random_tensor(dtype, {1, 1, 5, 6}, 3).broadcast({3, 2, 5, 6}));
        check(dtype, random_tensor(dtype, {1, 1, 4, 5}, 4).broadcast({3, 2, 4, 5}), b);
        check(dtype, a.transposed({1, 0, 2, 3}), b.transposed({1, 0, 2, 3}));
        check(dtype,
              random_tensor(dtype, {3, 2, 1, 5}, 5),
              random_tensor(dtype, {1, 1, 5, 6}, 3).broadcast({3, 2, 5, 6}));
        check(dtype, a.reversed(0), b.every_second(3));
    }
    check("f32", random_tensor("f32", {40, 64, 40}, 1), random_tensor("f32", {40, 40, 48}, 2));
    check("f32",
          random_tensor("f32", {3, 300, 40}, 1),
          random_tensor("f32", {3, 40, 300}, 2).reversed(2));
}

TEST(Matmul, EmptyExtents) {
    for (const std::string dtype : {"f32", "f16", "i64", "c64"}) {
        const Tensor a(dtype, {2, 3, 0}), b(dtype, {2, 0, 4});
        Tensor y = random_tensor(dtype, {2, 3, 4}, 1);
        ASSERT_EQ(CHX_OK, Plugin::instance().launch("chx.matmul", dtype, {&a, &b}, {&y}));
        expect_close(y, Values(24));
        check(dtype, Tensor(dtype, {0, 3, 2}), Tensor(dtype, {0, 2, 4}));
        check(dtype, Tensor(dtype, {0, 2}), Tensor(dtype, {2, 4}));
    }
}

TEST(Matmul, ResultsDoNotDependOnThreads) {
    for (const Shape& e : {Shape{600, 300, 700}, Shape{64, 784, 1000}}) {
        const Tensor a = random_tensor("f32", {e[0], e[1]}, 1),
                     b = random_tensor("f32", {e[1], e[2]}, 2);
        expect_same_for_all_thread_counts([&] {
            Tensor y("f32", {e[0], e[2]});
            EXPECT_EQ(CHX_OK, Plugin::instance().launch("chx.matmul", "f32", {&a, &b}, {&y}));
            return y.values();
        });
    }
}

TEST(Matmul, IntegersWrapAround) {
    const Tensor a("i8", {1, 2}, std::vector<double>{100, 100}),
        b("i8", {2, 1}, std::vector<double>{2, 3});
    Tensor y("i8", {1, 1});
    ASSERT_EQ(CHX_OK, Plugin::instance().launch("chx.matmul", "i8", {&a, &b}, {&y}));
    EXPECT_EQ(y.real(0), 500 - 512);
}

// Sums of the rows of a matrix.
Values column_sums(const Tensor& g) {
    const int64_t n = g.shape()[1];
    const Values from = g.complex_values();
    Values sums(static_cast<size_t>(n));
    for (int64_t i = 0; i < g.numel(); ++i) {
        sums[static_cast<size_t>(i % n)] += from[static_cast<size_t>(i)];
    }
    return sums;
}

void check_linear(const std::string& dtype, const Tensor& x, const Tensor& w, const Tensor& b) {
    const int64_t m = x.shape()[0], n = w.shape()[0];
    const double depth = 1 + static_cast<double>(x.shape()[1]);
    Values expected = product(x, w.transposed({1, 0}));
    Tensor plain(dtype, {m, n}), biased(dtype, {m, n});
    ASSERT_EQ(CHX_OK, Plugin::instance().launch("chx.linear", dtype, {&x, &w}, {&plain}))
        << last_error();
    expect_close(plain, expected, depth);
    const Values bias = b.complex_values();
    for (size_t i = 0; i < expected.size(); ++i) {
        expected[i] += bias[i % bias.size()];
    }
    ASSERT_EQ(CHX_OK, Plugin::instance().launch("chx.linear", dtype, {&x, &w, &b}, {&biased}))
        << last_error();
    expect_close(biased, expected, depth);
}

void check_weight_grad(const std::string& dtype, const Tensor& g, const Tensor& x) {
    Tensor gw(dtype, {g.shape()[1], x.shape()[1]}), gb(dtype, {g.shape()[1]});
    ASSERT_EQ(CHX_OK,
              Plugin::instance().launch("chx.linear_weight_grad", dtype, {&g, &x}, {&gw, &gb}))
        << last_error();
    const double depth = 1 + static_cast<double>(x.shape()[0]);
    expect_close(gw, product(g.transposed({1, 0}), x), depth);
    expect_close(gb, column_sums(g), depth);
}

void check_linear_grad(const std::string& dtype,
                       const Tensor& g,
                       const Tensor& x,
                       const Tensor& w) {
    Tensor gx(dtype, x.shape()), gw(dtype, w.shape()), gb(dtype, {g.shape()[1]});
    ASSERT_EQ(CHX_OK,
              Plugin::instance().launch("chx.linear_grad", dtype, {&g, &x, &w}, {&gx, &gw, &gb}))
        << last_error();
    const double depth = 1 + static_cast<double>(std::max(g.shape()[0], g.shape()[1]));
    expect_close(gx, product(g, w), depth);
    expect_close(gw, product(g.transposed({1, 0}), x), depth);
    expect_close(gb, column_sums(g), depth);
}

TEST(Linear, SizesAndLayouts) {
    for (const std::string dtype : {"f32", "f64"}) {
        for (const Shape& e :
             {Shape{2, 4, 4}, Shape{1, 3, 5}, Shape{33, 40, 41}, Shape{300, 70, 290}}) {
            const Tensor b = random_tensor(dtype, {e[2]}, 3);
            for (const Tensor& x : layouts(dtype, {e[0], e[1]}, 1, -1, 1)) {
                for (const Tensor& w : layouts(dtype, {e[2], e[1]}, 2, -1, 1)) {
                    check_linear(dtype, x, w, b);
                }
            }
        }
    }
    check_linear("f32",
                 random_tensor("f32", {3, 4}, 1),
                 random_tensor("f32", {5, 4}, 2),
                 random_tensor("f32", {1}, 3).broadcast({5}));
}

TEST(Linear, WeightGradients) {
    for (const std::string dtype : {"f32", "f64"}) {
        for (const Shape& e :
             {Shape{2, 4, 4}, Shape{1, 3, 5}, Shape{70, 40, 300}, Shape{900, 270, 110}}) {
            for (const Tensor& g : layouts(dtype, {e[0], e[2]}, 1, -1, 1)) {
                for (const Tensor& x : layouts(dtype, {e[0], e[1]}, 2, -1, 1)) {
                    check_weight_grad(dtype, g, x);
                }
            }
        }
    }
}

TEST(Linear, AllGradients) {
    for (const std::string dtype : {"f32", "f64"}) {
        for (const Shape& e :
             {Shape{2, 4, 4}, Shape{1, 3, 5}, Shape{33, 40, 41}, Shape{70, 40, 300}}) {
            const Tensor x = random_tensor(dtype, {e[0], e[1]}, 2);
            for (const Tensor& g : layouts(dtype, {e[0], e[2]}, 1, -1, 1))
                for (const Tensor& w : layouts(dtype, {e[2], e[1]}, 3, -1, 1))
                    check_linear_grad(dtype, g, x, w);
        }
    }
}

TEST(Linear, EmptyExtents) {
    const Tensor x("f32", {2, 0}), w("f32", {3, 0}), b = random_tensor("f32", {3}, 1);
    Tensor y = random_tensor("f32", {2, 3}, 2);
    ASSERT_EQ(CHX_OK, Plugin::instance().launch("chx.linear", "f32", {&x, &w, &b}, {&y}));
    expect_close(y,
                 {b.complex_values()[0],
                  b.complex_values()[1],
                  b.complex_values()[2],
                  b.complex_values()[0],
                  b.complex_values()[1],
                  b.complex_values()[2]});
    const Tensor no_rows("f32", {0, 3}), no_samples("f32", {0, 2});
    Tensor gw = random_tensor("f32", {3, 2}, 3), gb = random_tensor("f32", {3}, 4);
    ASSERT_EQ(CHX_OK,
              Plugin::instance().launch(
                  "chx.linear_weight_grad", "f32", {&no_rows, &no_samples}, {&gw, &gb}));
    expect_close(gw, Values(6));
    expect_close(gb, Values(3));

    const Tensor no_columns("f32", {2, 0}), no_weights("f32", {0, 3}),
        some = random_tensor("f32", {2, 3}, 5);
    Tensor gx = random_tensor("f32", {2, 3}, 6), no_gw("f32", {0, 3}), no_gb("f32", {0});
    ASSERT_EQ(
        CHX_OK,
        Plugin::instance().launch(
            "chx.linear_grad", "f32", {&no_columns, &some, &no_weights}, {&gx, &no_gw, &no_gb}));
    expect_close(gx, Values(6));
}

}  // namespace
}  // namespace chx_test
