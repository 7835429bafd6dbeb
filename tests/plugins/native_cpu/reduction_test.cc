// sum, mean, prod, max, min, any, all, argmax, argmin, cumsum and cumprod against plain loops.
#include <limits>

#include <chx/ops/reduction.h>

#include "random_tensors.h"

namespace chx_test {
namespace {

struct ReductionCase {
    Shape shape;
    std::vector<int> axes;
};

const std::vector<ReductionCase>& cases() {
    static const std::vector<ReductionCase> cases = {{{}, {}},
                                                     {{5}, {0}},
                                                     {{1}, {0}},
                                                     {{3, 7}, {1}},
                                                     {{3, 7}, {0}},
                                                     {{3, 7}, {0, 1}},
                                                     {{3, 7}, {}},
                                                     {{2, 3, 4}, {1}},
                                                     {{2, 3, 4}, {0, 2}},
                                                     {{2, 3, 4}, {0, 1}},
                                                     {{4, 1, 5}, {1}},
                                                     {{70, 3}, {0}},
                                                     {{600, 5}, {0}},
                                                     {{3, 700}, {0}},
                                                     {{2, 1300}, {1}},
                                                     {{2, 3, 2, 3}, {3}},
                                                     {{2, 3, 2, 3}, {1, 2}},
                                                     {{0, 3}, {1}},
                                                     {{33, 65}, {0}}};
    return cases;
}

chx_attrs_sum attrs_of(const std::vector<int>& axes) {
    auto attrs = make_attrs<chx_attrs_sum>();
    for (int axis : axes) {
        attrs.axes[attrs.n_axes++] = axis;
    }
    return attrs;
}

Shape kept_shape(const Shape& shape, const std::vector<int>& axes) {
    Shape kept;
    for (size_t d = 0; d < shape.size(); ++d) {
        if (std::find(axes.begin(), axes.end(), static_cast<int>(d)) == axes.end()) {
            kept.push_back(shape[d]);
        }
    }
    return kept;
}

// f(accumulator, element) over axes, from `start`.
template <class F>
Values reduced(const Tensor& x, const std::vector<int>& axes, std::complex<double> start, F f) {
    const Shape kept = kept_shape(x.shape(), axes);
    Values result(static_cast<size_t>(numel_of(kept)), start);
    Index index(x.shape());
    for (int64_t i = 0; i < x.numel(); ++i, index.next()) {
        Shape to;
        for (size_t d = 0; d < x.shape().size(); ++d) {
            if (std::find(axes.begin(), axes.end(), static_cast<int>(d)) == axes.end()) {
                to.push_back(index[d]);
            }
        }
        auto& value = result[static_cast<size_t>(number_of(kept, to))];
        value = f(value, x.at(i));
    }
    return result;
}

std::string sum_dtype(const std::string& dtype) {
    if (dtype == "bool" || dtype[0] == 'i') return "i64";
    return dtype[0] == 'u' ? "u64" : dtype;
}

template <class F>
void check(const std::string& op,
           const std::string& dtypes,
           bool widens,
           const std::string& result,
           std::complex<double> start,
           F f,
           int range = 4) {
    for (const std::string& dtype : dtype_names(dtypes)) {
        for (const ReductionCase& c : cases()) {
            for (const Tensor& x : layouts(dtype, c.shape, 7, -range, range)) {
                SCOPED_TRACE(op + " " + dtype + " of " + std::to_string(x.numel()));
                const std::string out = !result.empty() ? result
                                        : widens        ? sum_dtype(dtype)
                                                        : dtype;
                Tensor y(out, kept_shape(c.shape, c.axes));
                ASSERT_EQ(CHX_OK,
                          Plugin::instance().launch_with(op, dtype, {&x}, {&y}, attrs_of(c.axes)))
                    << last_error();
                const double scale = op == "chx.sum" ? 1 + 0.1 * static_cast<double>(x.numel()) : 1;
                expect_close(y, reduced(x, c.axes, start, f), scale);
            }
        }
    }
}

constexpr const char* kAll = "bool int float complex";
constexpr const char* kReal = "bool int float";
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Reduction, Sum) {
    check("chx.sum", kAll, true, "", 0, [](auto a, auto x) { return a + x; });
}

TEST(Reduction, Mean) {
    for (const std::string& dtype : dtype_names("float complex")) {
        for (const ReductionCase& c : cases()) {
            for (const Tensor& x : layouts(dtype, c.shape, 7, -4, 4)) {
                SCOPED_TRACE(dtype + " of " + std::to_string(x.numel()));
                Tensor y(dtype, kept_shape(c.shape, c.axes));
                ASSERT_EQ(
                    CHX_OK,
                    Plugin::instance().launch_with("chx.mean", dtype, {&x}, {&y}, attrs_of(c.axes)))
                    << last_error();
                const auto n = static_cast<double>(x.numel()) / static_cast<double>(y.numel());
                expect_close(y, reduced(x, c.axes, 0, [n](auto a, auto v) { return a + v / n; }));
            }
        }
    }
}

TEST(Reduction, MeansOfHalvesDoNotOverflow) {
    const Tensor x("f16", {4}, std::vector<double>{60000, 60000, 50016, 50016});
    Tensor y("f16", {});
    ASSERT_EQ(CHX_OK, Plugin::instance().launch_with("chx.mean", "f16", {&x}, {&y}, attrs_of({0})));
    EXPECT_EQ(y.values(), std::vector<double>{55008});
}

TEST(Reduction, Prod) {
    for (const std::string dtype :
         {"bool", "i8", "i64", "u32", "f16", "f32", "f64", "c64", "c128"}) {
        for (const Tensor& x : layouts(dtype, {3, 2, 4}, 5, 1, 2)) {
            Tensor y(sum_dtype(dtype), {3, 4});
            ASSERT_EQ(CHX_OK,
                      Plugin::instance().launch_with("chx.prod", dtype, {&x}, {&y}, attrs_of({1})));
            expect_close(y, reduced(x, {1}, 1, [](auto a, auto v) { return a * v; }));
        }
    }
}

TEST(Reduction, MaxAndMin) {
    const auto greater = [](auto a, auto x) { return x.real() > a.real() ? x : a; };
    const auto less = [](auto a, auto x) { return x.real() < a.real() ? x : a; };
    check("chx.max", kReal, false, "", -kInfinity, greater);
    check("chx.min", kReal, false, "", kInfinity, less);
}

TEST(Reduction, AnyAndAll) {
    const auto truth = [](auto x) { return x != 0.0; };
    check(
        "chx.any",
        kAll,
        false,
        "bool",
        0,
        [=](auto a, auto x) { return std::complex<double>(truth(a) || truth(x)); },
        1);
    check(
        "chx.all",
        kAll,
        false,
        "bool",
        1,
        [=](auto a, auto x) { return std::complex<double>(truth(a) && truth(x)); },
        1);
}

TEST(Reduction, EmptyAxes) {
    const Tensor x("f32", {2, 0});
    const Plugin& plugin = Plugin::instance();
    Tensor y("f32", {2}, std::vector<double>{9, 9}), b("bool", {2});
    ASSERT_EQ(CHX_OK, plugin.launch_with("chx.sum", "f32", {&x}, {&y}, attrs_of({1})));
    EXPECT_EQ(y.values(), (std::vector<double>{0, 0}));
    ASSERT_EQ(CHX_OK, plugin.launch_with("chx.prod", "f32", {&x}, {&y}, attrs_of({1})));
    EXPECT_EQ(y.values(), (std::vector<double>{1, 1}));
    ASSERT_EQ(CHX_OK, plugin.launch_with("chx.mean", "f32", {&x}, {&y}, attrs_of({1})));
    EXPECT_TRUE(std::isnan(y.values()[0]) && std::isnan(y.values()[1]));
    ASSERT_EQ(CHX_OK, plugin.launch_with("chx.all", "f32", {&x}, {&b}, attrs_of({1})));
    EXPECT_EQ(b.values(), (std::vector<double>{1, 1}));
    ASSERT_EQ(CHX_OK, plugin.launch_with("chx.any", "f32", {&x}, {&b}, attrs_of({1})));
    EXPECT_EQ(b.values(), (std::vector<double>{0, 0}));
    EXPECT_EQ(CHX_E_INVALID, plugin.launch_with("chx.max", "f32", {&x}, {&y}, attrs_of({1})));
    EXPECT_NE(last_error().find("max: an axis"), std::string::npos);
    Tensor index("i64", {2});
    EXPECT_EQ(CHX_E_INVALID,
              plugin.launch_with("chx.argmin", "f32", {&x}, {&index}, attrs_of({1})));
}

TEST(Reduction, NanWins) {
    for (int64_t n : {4, 100, 3000}) {
        for (int64_t where : {int64_t{0}, n / 2, n - 1}) {
            Tensor x = random_tensor("f32", {n}, 3);
            x.set(where, std::nan(""));
            Tensor y("f32", {}), index("i64", {});
            for (const char* op : {"chx.max", "chx.min", "chx.sum"}) {
                ASSERT_EQ(CHX_OK,
                          Plugin::instance().launch_with(op, "f32", {&x}, {&y}, attrs_of({0})));
                EXPECT_TRUE(std::isnan(y.real(0))) << op << n;
            }
            for (const char* op : {"chx.argmax", "chx.argmin"}) {
                ASSERT_EQ(CHX_OK,
                          Plugin::instance().launch_with(op, "f32", {&x}, {&index}, attrs_of({0})));
                EXPECT_EQ(index.get_i64(0), where);
            }
        }
    }
}

TEST(Reduction, ArgMaxAndArgMin) {
    for (const std::string& dtype : dtype_names(kReal)) {
        for (const ReductionCase& c : cases()) {
            if (c.axes.size() != 1 || numel_of(c.shape) == 0) {
                continue;
            }
            for (const Tensor& x : layouts(dtype, c.shape, 11)) {
                for (const bool greatest : {true, false}) {
                    const Shape kept = kept_shape(c.shape, c.axes);
                    Tensor y("i64", kept);
                    ASSERT_EQ(CHX_OK,
                              Plugin::instance().launch_with(greatest ? "chx.argmax" : "chx.argmin",
                                                             dtype,
                                                             {&x},
                                                             {&y},
                                                             attrs_of(c.axes)));
                    Values best(static_cast<size_t>(numel_of(kept)),
                                greatest ? -kInfinity : kInfinity);
                    Values expected(best.size());
                    Index index(c.shape);
                    for (int64_t i = 0; i < x.numel(); ++i, index.next()) {
                        Shape to = *index;
                        to.erase(to.begin() + c.axes[0]);
                        const auto at = static_cast<size_t>(number_of(kept, to));
                        if (greatest ? x.real(i) > best[at].real() : x.real(i) < best[at].real()) {
                            best[at] = x.real(i);
                            expected[at] =
                                static_cast<double>(index[static_cast<size_t>(c.axes[0])]);
                        }
                    }
                    expect_close(y, expected);
                }
            }
        }
    }
}

// combine: what an element makes of the result before it. highest: of the elements' parts, so that nothing overflows.
template <class Attrs, class Combine>
void expect_partial_results(const char* op,
                            const std::vector<Shape>& shapes,
                            int highest,
                            const Combine& combine) {
    for (const std::string& dtype : dtype_names(kAll)) {
        for (const Shape& shape : shapes) {
            for (const Tensor& x : layouts(dtype, shape, 13, 0, highest)) {
                for (size_t axis = 0; axis < shape.size(); ++axis) {
                    auto attrs = make_attrs<Attrs>();
                    attrs.axis = static_cast<int64_t>(axis);
                    Tensor y(sum_dtype(dtype), shape);
                    ASSERT_EQ(CHX_OK, Plugin::instance().launch_with(op, dtype, {&x}, {&y}, attrs));
                    Values expected(static_cast<size_t>(x.numel()));
                    Index index(shape);
                    for (int64_t i = 0; i < x.numel(); ++i, index.next()) {
                        expected[static_cast<size_t>(i)] = x.at(i);
                        if (index[axis] > 0) {
                            Shape before = *index;
                            --before[axis];
                            expected[static_cast<size_t>(i)] = combine(
                                expected[static_cast<size_t>(number_of(shape, before))], x.at(i));
                        }
                    }
                    expect_close(y, expected);
                }
            }
        }
    }
}

TEST(Reduction, CumulativeSum) {
    expect_partial_results<chx_attrs_cumsum>(
        "chx.cumsum", {{5}, {3, 4}, {2, 3, 4}, {2, 1100}, {3, 600, 2}}, 2, [](auto a, auto b) {
            return a + b;
        });
}

TEST(Reduction, CumulativeProduct) {
    expect_partial_results<chx_attrs_cumprod>(
        "chx.cumprod", {{5}, {3, 4}, {2, 3, 4}}, 3, [](auto a, auto b) { return a * b; });
}

TEST(Reduction, SumsAreAccurate) {
    for (const Shape& shape :
         {Shape{1000000, 1}, Shape{100000, 8}, Shape{2000, 500}, Shape{300, 3000}}) {
        for (int axis : {0, 1}) {
            Tensor x("f32", shape);
            std::mt19937 random(1);
            std::uniform_real_distribution<float> pick(0.0f, 1.0f);
            for (int64_t i = 0; i < x.numel(); ++i) {
                x.set(i, pick(random));
            }
            Tensor y("f32", {shape[1 - axis]});
            ASSERT_EQ(
                CHX_OK,
                Plugin::instance().launch_with("chx.sum", "f32", {&x}, {&y}, attrs_of({axis})));
            const Values expected = reduced(x, {axis}, 0, [](auto a, auto v) { return a + v; });
            for (int64_t i = 0; i < y.numel(); ++i) {
                ASSERT_LE(std::abs(y.real(i) - expected[i].real()), 1e-6 * expected[i].real());
            }
        }
    }
}

TEST(Reduction, ResultsDoNotDependOnThreads) {
    for (const Shape& shape :
         {Shape{1000003, 1}, Shape{200000, 3}, Shape{700, 800}, Shape{3, 300001}}) {
        const Tensor x = random_tensor("f32", shape, 5);
        for (const std::vector<int>& axes : {std::vector<int>{0}, {1}, {0, 1}}) {
            for (const char* op : {"chx.sum", "chx.max"}) {
                expect_same_for_all_thread_counts([&] {
                    Tensor y("f32", kept_shape(shape, axes));
                    EXPECT_EQ(
                        CHX_OK,
                        Plugin::instance().launch_with(op, "f32", {&x}, {&y}, attrs_of(axes)));
                    return y.values();
                });
            }
        }
    }
}

TEST(Reduction, ProductsOfRowsOfAnyLength) {
    for (const char* dtype : {"i64", "f64", "f32"}) {
        for (int64_t n = 1; n < 100; ++n) {
            Tensor x(dtype, {n});
            double expected = 1;
            for (int64_t i = 0; i < n; ++i) {
                const double factor = i % 9 < 6 ? 1 : i % 9 == 6 ? -1 : 2;
                x.set(i, factor);
                expected *= factor;
            }
            const Tensor y(dtype, {});
            const auto attrs = attrs_of({0});
            ASSERT_EQ(Plugin::instance().launch_with("chx.prod", dtype, {&x}, {&y}, attrs), CHX_OK);
            ASSERT_EQ(y.real(0), expected) << dtype << ", " << n << " elements";
        }
    }
}

TEST(Reduction, IntegersWrapAround) {
    Tensor x("i64", {2}), y("i64", {});
    x.set_i64(0, std::numeric_limits<int64_t>::max());
    x.set_i64(1, 1);
    ASSERT_EQ(CHX_OK, Plugin::instance().launch_with("chx.sum", "i64", {&x}, {&y}, attrs_of({0})));
    EXPECT_EQ(y.get_i64(0), std::numeric_limits<int64_t>::min());
}

}  // namespace
}  // namespace chx_test
