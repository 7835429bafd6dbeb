// Element-wise kernels over layouts: strides of either sign, broadcasts, scalars, empty arrays,
// arrays in place.
#include <functional>
#include <numeric>

#include <gtest/gtest.h>

#include "test_host.h"

namespace chx_test {
namespace {

using Complex = std::complex<double>;
using Shape = std::vector<int64_t>;

int64_t product(const Shape& shape) {
    return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

// Small whole numbers, so that every dtype computes without rounding.
Tensor numbers(const std::string& name, const Shape& shape, int seed) {
    Tensor x(name, shape);
    for (int64_t i = 0; i < x.numel(); ++i) {
        x.set(i, static_cast<double>((i * 7 + seed) % 11));
    }
    return x;
}

struct Layout {
    std::string name;
    std::function<Tensor(const std::string& dtype, const Shape& shape, int seed)> make;
};

Shape doubled(Shape shape, size_t axis) {
    shape[axis] *= 2;
    return shape;
}
std::vector<int> backwards(size_t n) {
    std::vector<int> axes(n);
    std::iota(axes.rbegin(), axes.rend(), 0);
    return axes;
}

// All of them make a tensor of the given shape.
const std::vector<Layout>& layouts() {
    static const std::vector<Layout> kLayouts = {
        {"contiguous", numbers},
        {"transposed",
         [](const std::string& dtype, const Shape& shape, int seed) {
             return numbers(dtype, Shape(shape.rbegin(), shape.rend()), seed)
                 .transposed(backwards(shape.size()));
         }},
        {"reversed",
         [](const std::string& dtype, const Shape& shape, int seed) {
             return shape.empty()
                        ? numbers(dtype, shape, seed)
                        : numbers(dtype, shape, seed).reversed(static_cast<int>(shape.size()) - 1);
         }},
        {"reversed outside",
         [](const std::string& dtype, const Shape& shape, int seed) {
             return shape.empty() ? numbers(dtype, shape, seed)
                                  : numbers(dtype, shape, seed).reversed(0);
         }},
        {"every second",
         [](const std::string& dtype, const Shape& shape, int seed) {
             const size_t last = shape.size() - 1;
             return shape.empty() ? numbers(dtype, shape, seed)
                                  : numbers(dtype, doubled(shape, last), seed)
                                        .every_second(static_cast<int>(last));
         }},
        {"every second outside",
         [](const std::string& dtype, const Shape& shape, int seed) {
             return shape.empty() ? numbers(dtype, shape, seed)
                                  : numbers(dtype, doubled(shape, 0), seed).every_second(0);
         }},
    };
    return kLayouts;
}

// Those that only operands may have.
const std::vector<Layout>& broadcasts() {
    static const std::vector<Layout> kLayouts = {
        {"row",
         [](const std::string& dtype, const Shape& shape, int seed) {
             return shape.empty() ? numbers(dtype, shape, seed)
                                  : numbers(dtype, {shape.back()}, seed).broadcast(shape);
         }},
        {"column",
         [](const std::string& dtype, const Shape& shape, int seed) {
             Shape column = shape;
             if (!column.empty()) {
                 column.back() = 1;
             }
             return numbers(dtype, column, seed).broadcast(shape);
         }},
        {"reversed row",
         [](const std::string& dtype, const Shape& shape, int seed) {
             return shape.empty()
                        ? numbers(dtype, shape, seed)
                        : numbers(dtype, {shape.back()}, seed).reversed(0).broadcast(shape);
         }},
        {"one element",
         [](const std::string& dtype, const Shape& shape, int seed) {
             return numbers(dtype, {}, seed).broadcast(shape);
         }},
        {"host scalar",
         [](const std::string& dtype, const Shape&, int seed) {
             return numbers(dtype, {}, seed).as_host_scalar();
         }},
    };
    return kLayouts;
}

std::vector<Layout> operand_layouts() {
    std::vector<Layout> all = layouts();
    all.insert(all.end(), broadcasts().begin(), broadcasts().end());
    return all;
}

Complex element(const Tensor& x, int64_t i) { return x.at(x.numel() == 1 ? 0 : i); }

void check_subtract(const Tensor& a, const Tensor& b, const Tensor& y, const std::string& what) {
    ASSERT_EQ(Plugin::instance().launch("chx.subtract", y.dtype_name(), {&a, &b}, {&y}), CHX_OK)
        << last_error();
    Tensor wrapped(y.dtype_name(), {1});
    for (int64_t i = 0; i < y.numel(); ++i) {
        Complex expected = element(a, i) - element(b, i);
        if (y.dtype_name()[0] == 'u') {
            wrapped.set_i64(0, static_cast<int64_t>(expected.real()));
            expected = wrapped.at(0);
        }
        ASSERT_EQ(y.at(i), expected) << what << " at " << i;
    }
}

const std::vector<Shape>& shapes() {
    static const std::vector<Shape> kShapes = {
        {}, {1}, {5}, {0}, {3, 0, 2}, {4, 7}, {3, 130}, {200, 3}, {2, 3, 5}};
    return kShapes;
}

TEST(ElementwiseLayout, BinaryOverAllLayouts) {
    for (const char* dtype : {"f32", "f16", "i8", "u16", "c128"}) {
        for (const Shape& shape : shapes()) {
            for (const Layout& first : operand_layouts()) {
                for (const Layout& second : operand_layouts()) {
                    const Tensor a = first.make(dtype, shape, 1);
                    const Tensor b = second.make(dtype, shape, 5);
                    for (const Layout& result : layouts()) {
                        const std::string what = std::string(dtype) + " " + first.name + ", " +
                                                 second.name + " -> " + result.name + ", " +
                                                 std::to_string(product(shape)) + " elements";
                        ASSERT_NO_FATAL_FAILURE(
                            check_subtract(a, b, result.make(dtype, shape, 0), what));
                    }
                }
            }
        }
    }
}

TEST(ElementwiseLayout, LargeArraysAreSplit) {
    for (const char* dtype : {"f32", "bf16"}) {
        for (const Shape& shape :
             {Shape{150000}, Shape{500, 301}, Shape{20000, 7}, Shape{41, 40, 71}}) {
            for (const Layout& layout : operand_layouts()) {
                const Tensor a = numbers(dtype, shape, 1);
                const Tensor b = layout.make(dtype, shape, 5);
                ASSERT_NO_FATAL_FAILURE(check_subtract(a, b, Tensor(dtype, shape), layout.name));
                ASSERT_NO_FATAL_FAILURE(
                    check_subtract(b, a, Tensor(dtype, shape), layout.name + " first"));
            }
        }
    }
}

TEST(ElementwiseLayout, WhereOverLayouts) {
    for (const char* dtype : {"f32", "bf16", "u8", "c64", "c128", "bool"}) {
        for (const Shape& shape : {Shape{5}, Shape{4, 7}, Shape{3, 2000}, Shape{900, 3}}) {
            for (const Layout& of_condition : operand_layouts()) {
                for (const Layout& first : operand_layouts()) {
                    for (const Layout& second : broadcasts()) {
                        const Tensor condition = of_condition.make("bool", shape, 0);
                        const Tensor a = first.make(dtype, shape, 1);
                        const Tensor b = second.make(dtype, shape, 5);
                        const Tensor y(dtype, shape);
                        ASSERT_EQ(Plugin::instance().launch(
                                      "chx.where", dtype, {&condition, &a, &b}, {&y}),
                                  CHX_OK);
                        for (int64_t i = 0; i < y.numel(); ++i) {
                            const bool chosen = element(condition, i) != 0.0;
                            ASSERT_EQ(y.at(i), element(chosen ? a : b, i))
                                << dtype << " " << of_condition.name << ", " << first.name << ", "
                                << second.name;
                        }
                    }
                }
            }
        }
    }
}

TEST(ElementwiseLayout, OutputMayBeAnOperand) {
    for (const char* dtype : {"f32", "f16", "i64"}) {
        for (const Shape& shape : {Shape{5}, Shape{4, 7}, Shape{100000}, Shape{500, 3}}) {
            for (const Layout& layout : layouts()) {
                const Tensor a = layout.make(dtype, shape, 1);
                const Tensor b = numbers(dtype, shape, 5);
                const std::vector<Complex> before = a.complex_values();
                ASSERT_EQ(Plugin::instance().launch("chx.add", dtype, {&a, &b}, {&a}), CHX_OK);
                for (int64_t i = 0; i < a.numel(); ++i) {
                    ASSERT_EQ(a.at(i), before[i] + b.at(i)) << dtype << " " << layout.name;
                }
            }
        }
    }
}

TEST(ElementwiseLayout, ComparisonOfStridedOperandsToStridedBool) {
    for (const Layout& layout : operand_layouts()) {
        for (const Layout& result : layouts()) {
            const Shape shape = {30, 50};
            const Tensor a = layout.make("f64", shape, 3), b = numbers("f64", shape, 6);
            const Tensor y = result.make("bool", shape, 0);
            ASSERT_EQ(Plugin::instance().launch("chx.less", "f64", {&a, &b}, {&y}), CHX_OK);
            for (int64_t i = 0; i < y.numel(); ++i) {
                ASSERT_EQ(y.real(i), element(a, i).real() < b.real(i));
            }
        }
    }
}

}  // namespace
}  // namespace chx_test
