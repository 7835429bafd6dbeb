// chx.copy: all pairs of dtypes, layouts, transposes.
#include <cmath>
#include <limits>

#include <chx/ops/manipulation.h>
#include <gtest/gtest.h>

#include "test_host.h"

namespace chx_test {
namespace {

using Complex = std::complex<double>;
using Shape = std::vector<int64_t>;

chx_status copy(const Tensor& x, const Tensor& y) {
    auto attrs = make_attrs<chx_attrs_copy>();
    attrs.dtype = dtype(y.dtype_name());
    return Plugin::instance().launch_with("chx.copy", x.dtype_name(), {&x}, {&y}, attrs);
}

Tensor numbers(const std::string& name, const Shape& shape) {
    Tensor x(name, shape);
    for (int64_t i = 0; i < x.numel(); ++i) {
        x.set(i, {static_cast<double>(i % 101), name[0] == 'c' ? static_cast<double>(i % 7) : 0});
    }
    return x;
}

Complex converted(Complex value, const std::string& to) {
    Tensor one(to, {1});
    if (to == "bool") {
        return value != 0.0 ? 1.0 : 0.0;
    }
    one.set(0, value);
    return one.at(0);
}

void expect_copied(const Tensor& x, const Tensor& y, const std::string& what) {
    ASSERT_EQ(copy(x, y), CHX_OK) << last_error();
    for (int64_t i = 0; i < y.numel(); ++i) {
        const Complex from = x.at(x.numel() == 1 ? 0 : i);
        const Complex expected =
            x.dtype_name() == y.dtype_name() ? from : converted(from, y.dtype_name());
        ASSERT_EQ(y.at(i), expected) << what << " at " << i;
    }
}

TEST(Copy, AllPairsOfDtypes) {
    for (const std::string& from : dtype_names("bool int float complex")) {
        for (const std::string& to : dtype_names("bool int float complex")) {
            const std::string what = from + " to " + to;
            ASSERT_NO_FATAL_FAILURE(expect_copied(numbers(from, {103}), Tensor(to, {103}), what));
            const Tensor x = numbers(from, {9, 14}).transposed({1, 0});
            ASSERT_NO_FATAL_FAILURE(expect_copied(x, Tensor(to, {14, 9}), what + " transposed"));
            ASSERT_NO_FATAL_FAILURE(
                expect_copied(x, Tensor(to, {14, 18}).every_second(1), what + " strided"));
            ASSERT_NO_FATAL_FAILURE(
                expect_copied(numbers(from, {}).as_host_scalar(), Tensor(to, {3, 4}), what));
        }
    }
}

TEST(Copy, Conversions) {
    const Tensor x("f64", {6}, std::vector<double>{-1.9, 1.9, 0.3, -0.0, std::nan(""), 300.5});
    const Tensor i("i32", {6}), b("bool", {6}), u("u8", {6});
    ASSERT_EQ(copy(x, i), CHX_OK);
    EXPECT_EQ(i.real(0), -1);
    EXPECT_EQ(i.real(1), 1);
    ASSERT_EQ(copy(x, b), CHX_OK);
    EXPECT_EQ(b.values(), (std::vector<double>{1, 1, 1, 0, 1, 1}));
    ASSERT_EQ(copy(x, u), CHX_OK);
    EXPECT_EQ(u.real(5), 44);
    Tensor big("i64", {1});
    big.set_i64(0, std::numeric_limits<int64_t>::max());
    const Tensor same("u64", {1});
    ASSERT_EQ(copy(big, same), CHX_OK);
    EXPECT_EQ(same.get_i64(0), std::numeric_limits<int64_t>::max());
}

// Every bfloat16 and float16 there and back; halves of the last place go to even.
TEST(Copy, SixteenBitFloatsRoundCorrectly) {
    for (const char* name : {"f16", "bf16"}) {
        Tensor all(name, {65536});
        for (int64_t i = 0; i < all.numel(); ++i) {
            *static_cast<uint16_t*>(all.address(i)) = static_cast<uint16_t>(i);
        }
        for (const char* wide : {"f32", "f64"}) {
            const Tensor x(wide, {65536}), back(name, {65536});
            ASSERT_EQ(copy(all, x), CHX_OK);
            ASSERT_EQ(copy(x, back), CHX_OK);
            Tensor between(wide, {65536}), rounded(name, {65536});
            for (int64_t i = 0; i < all.numel(); ++i) {
                const bool nan = std::isnan(all.real(i));
                ASSERT_TRUE(nan ? std::isnan(x.real(i)) : x.real(i) == all.real(i)) << name << i;
                ASSERT_TRUE(nan ? std::isnan(back.real(i)) : back.real(i) == all.real(i))
                    << name << i;
                // Halfway to the next one, and a little beyond.
                const double next = i % 0x8000 == 0x7fff ? x.real(i) : all.real(i + 1);
                const double middle = (x.real(i) + next) / 2;
                between.set(i,
                            i % 3 == 0   ? middle
                            : i % 3 == 1 ? middle * (1 + 0x1p-22)
                                         : middle * (1 - 0x1p-22));
            }
            ASSERT_EQ(copy(between, rounded), CHX_OK);
            for (int64_t i = 0; i < all.numel(); ++i) {
                const double expected = converted(between.at(i), name).real();
                ASSERT_TRUE(std::isnan(expected) ? std::isnan(rounded.real(i))
                                                 : rounded.real(i) == expected)
                    << name << " from " << wide << " of " << std::hexfloat << between.real(i);
            }
        }
    }
}

TEST(Copy, LayoutsOfAnySize) {
    for (const char* name : {"u8", "i16", "f32", "f64", "c128"}) {
        for (const Shape& shape :
             {Shape{70, 33}, Shape{400, 301}, Shape{2, 50, 40, 9}, Shape{0, 5}, Shape{3, 1, 8}}) {
            const int n = static_cast<int>(shape.size());
            Shape reversed(shape.rbegin(), shape.rend());
            std::vector<int> axes;
            for (int d = 0; d < n; ++d) {
                axes.push_back(n - 1 - d);
            }
            const Tensor x = numbers(name, reversed).transposed(axes);
            ASSERT_NO_FATAL_FAILURE(expect_copied(x, Tensor(name, shape), "transposed"));
            ASSERT_NO_FATAL_FAILURE(
                expect_copied(x.reversed(0), Tensor(name, shape), "transposed and reversed"));
            ASSERT_NO_FATAL_FAILURE(expect_copied(numbers(name, shape),
                                                  Tensor(name, reversed).transposed(axes),
                                                  "to a transposed one"));
            ASSERT_NO_FATAL_FAILURE(
                expect_copied(numbers(name, shape).reversed(n - 1).every_second(0),
                              Tensor(name, shape).every_second(0),
                              "strided"));
            ASSERT_NO_FATAL_FAILURE(expect_copied(
                numbers(name, {shape.back()}).broadcast(shape), Tensor(name, shape), "a row"));
            ASSERT_NO_FATAL_FAILURE(expect_copied(numbers(name, {}).broadcast(shape),
                                                  Tensor(name, shape).reversed(n - 1),
                                                  "one element"));
        }
    }
}

TEST(Copy, LargeContiguous) {
    expect_copied(numbers("f32", {400000}), Tensor("f32", {400000}), "same dtype");
    expect_copied(numbers("i64", {400000}), Tensor("f32", {400000}), "cast");
}

}  // namespace
}  // namespace chx_test
