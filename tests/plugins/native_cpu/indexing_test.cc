// take, scatter, scatter_add and nonzero against plain loops, with every index mode.
#include <chx/ops/indexing.h>

#include "random_tensors.h"

namespace chx_test {
namespace {

constexpr const char* kAll = "bool int float complex";

template <class A>
A attrs_of(size_t axis, int32_t mode) {
    A attrs = make_attrs<A>();
    attrs.axis = static_cast<int64_t>(axis);
    attrs.mode = mode;
    return attrs;
}

int64_t resolved(int64_t index, int64_t extent, int32_t mode) {
    if (mode == CHX_TAKE_MODE_CLIP) {
        return std::clamp<int64_t>(index, 0, extent - 1);
    }
    return (index % extent + extent) % extent;
}

// The shape with an axis replaced by several.
Shape replaced(const Shape& shape, size_t axis, const Shape& by) {
    Shape result(shape.begin(), shape.begin() + static_cast<int64_t>(axis));
    result.insert(result.end(), by.begin(), by.end());
    result.insert(result.end(), shape.begin() + static_cast<int64_t>(axis) + 1, shape.end());
    return result;
}

// Calls f(number in x, number in the taken array) for all elements taken, in order.
template <class F>
void for_taken(const Shape& x, size_t axis, const Tensor& indices, int32_t mode, F&& f) {
    const Shape flat = replaced(x, axis, {indices.numel()});
    Index index(flat);
    for (int64_t i = 0; i < numel_of(flat); ++i, index.next()) {
        Shape from = *index;
        from[axis] = resolved(static_cast<int64_t>(indices.real(from[axis])), x[axis], mode);
        f(number_of(x, from), i);
    }
}

struct Case {
    Shape x, indices;
    size_t axis;
    int32_t mode;
};

const std::vector<Case>& cases() {
    static const std::vector<Case> cases = {{{5}, {3}, 0, CHX_TAKE_MODE_RAISE},
                                            {{5}, {}, 0, CHX_TAKE_MODE_RAISE},
                                            {{4, 6}, {7}, 1, CHX_TAKE_MODE_RAISE},
                                            {{4, 6}, {2, 3}, 0, CHX_TAKE_MODE_WRAP},
                                            {{3, 4, 5}, {3, 2}, 1, CHX_TAKE_MODE_CLIP},
                                            {{3, 4, 5}, {0}, 1, CHX_TAKE_MODE_RAISE},
                                            {{200, 70}, {600}, 0, CHX_TAKE_MODE_RAISE},
                                            {{3, 50}, {20000}, 1, CHX_TAKE_MODE_RAISE}};
    return cases;
}

Tensor random_indices(const Case& c) {
    Tensor indices("i64", c.indices);
    const int64_t extent = c.x[c.axis];
    const int64_t reach = c.mode == CHX_TAKE_MODE_RAISE ? extent : 3 * extent;
    std::mt19937 random(9);
    for (int64_t i = 0; i < indices.numel(); ++i) {
        indices.set_i64(i,
                        static_cast<int64_t>(random() % static_cast<uint64_t>(2 * reach)) - reach);
    }
    return indices;
}

TEST(Indexing, Take) {
    for (const std::string& dtype : dtype_names(kAll)) {
        for (const Case& c : cases()) {
            const Tensor indices = random_indices(c);
            for (const Tensor& x : layouts(dtype, c.x, 1)) {
                Tensor y(dtype, replaced(c.x, c.axis, c.indices));
                Values expected(static_cast<size_t>(y.numel()));
                for_taken(c.x, c.axis, indices, c.mode, [&](int64_t from, int64_t to) {
                    expected[to] = x.at(from);
                });
                const auto attrs = attrs_of<chx_attrs_take>(c.axis, c.mode);
                ASSERT_EQ(
                    CHX_OK,
                    Plugin::instance().launch_with("chx.take", dtype, {&x, &indices}, {&y}, attrs));
                expect_close(y, expected);
                if (!c.indices.empty() && dtype == "f32") {
                    const Tensor backwards = indices.reversed(0);
                    for_taken(c.x, c.axis, backwards, c.mode, [&](int64_t from, int64_t to) {
                        expected[to] = x.at(from);
                    });
                    ASSERT_EQ(CHX_OK,
                              Plugin::instance().launch_with(
                                  "chx.take", dtype, {&x, &backwards}, {&y}, attrs));
                    expect_close(y, expected);
                }
            }
        }
    }
}

TEST(Indexing, ScatterAndScatterAdd) {
    for (const std::string& dtype : dtype_names(kAll)) {
        for (const Case& c : cases()) {
            const Tensor indices = random_indices(c), x = random_tensor(dtype, c.x, 1, -2, 2);
            const Tensor updates = random_tensor(dtype, replaced(c.x, c.axis, c.indices), 2, -1, 1);
            Values added = x.complex_values(), replaced_values = added;
            for_taken(c.x, c.axis, indices, c.mode, [&](int64_t to, int64_t from) {
                added[to] = dtype == "bool" ? std::max(added[to].real(), updates.real(from))
                                            : added[to] + updates.at(from);
                replaced_values[to] = updates.at(from);
            });
            Tensor y(dtype, c.x);
            ASSERT_EQ(CHX_OK,
                      Plugin::instance().launch_with("chx.scatter",
                                                     dtype,
                                                     {&x, &indices, &updates},
                                                     {&y},
                                                     attrs_of<chx_attrs_scatter>(c.axis, c.mode)));
            expect_close(y, replaced_values);
            if (is_integer(dtype) && updates.numel() > 1000) {
                continue;  // the sums wrap around, which the reference in double does not
            }
            ASSERT_EQ(
                CHX_OK,
                Plugin::instance().launch_with("chx.scatter_add",
                                               dtype,
                                               {&x, &indices, &updates},
                                               {&y},
                                               attrs_of<chx_attrs_scatter_add>(c.axis, c.mode)));
            expect_close(y, added, 4);
        }
    }
}

TEST(Indexing, OutOfRangeWritesNothing) {
    const Tensor x = random_tensor("f32", {2, 3}, 1),
                 indices("i64", {2}, std::vector<double>{0, 3});
    const Tensor updates = random_tensor("f32", {2, 2}, 2);
    const Plugin& plugin = Plugin::instance();
    Tensor taken("f32", {2, 2}, std::vector<double>{7, 7, 7, 7});
    EXPECT_EQ(CHX_E_INVALID,
              plugin.launch_with("chx.take",
                                 "f32",
                                 {&x, &indices},
                                 {&taken},
                                 attrs_of<chx_attrs_take>(1, CHX_TAKE_MODE_RAISE)));
    EXPECT_EQ(taken.values(), std::vector<double>(4, 7));
    EXPECT_NE(last_error().find("index 3"), std::string::npos) << last_error();
    EXPECT_NE(last_error().find("extent 3"), std::string::npos) << last_error();
    Tensor y("f32", {2, 3}, std::vector<double>(6, 7));
    for (const char* op : {"chx.scatter", "chx.scatter_add"}) {
        EXPECT_EQ(CHX_E_INVALID,
                  plugin.launch_with(op,
                                     "f32",
                                     {&x, &indices, &updates},
                                     {&y},
                                     attrs_of<chx_attrs_scatter>(1, CHX_SCATTER_MODE_RAISE)));
        EXPECT_EQ(y.values(), std::vector<double>(6, 7));
    }
    const Tensor none("f32", {2, 0});
    EXPECT_EQ(CHX_E_INVALID,
              plugin.launch_with("chx.take",
                                 "f32",
                                 {&none, &indices},
                                 {&taken},
                                 attrs_of<chx_attrs_take>(1, CHX_TAKE_MODE_WRAP)));
}

TEST(Indexing, Nonzero) {
    for (const std::string& dtype : dtype_names(kAll)) {
        for (const Shape& shape :
             {Shape{}, Shape{7}, Shape{3, 5}, Shape{0, 2}, Shape{2, 3, 4}, Shape{40, 1000}}) {
            const Tensor x = random_tensor(dtype, shape, 1, -1, 1);
            Tensor indices("i64", {x.numel(), static_cast<int64_t>(shape.size())}),
                count("i64", {});
            ASSERT_EQ(CHX_OK,
                      Plugin::instance().launch("chx.nonzero", dtype, {&x}, {&indices, &count}));
            int64_t found = 0;
            Index index(shape);
            for (int64_t i = 0; i < x.numel(); ++i, index.next()) {
                if (x.at(i) != 0.0) {
                    for (size_t d = 0; d < shape.size(); ++d) {
                        ASSERT_EQ(indices.get_i64(found * static_cast<int64_t>(shape.size()) +
                                                  static_cast<int64_t>(d)),
                                  index[d]);
                    }
                    ++found;
                }
            }
            EXPECT_EQ(count.get_i64(0), found);
        }
    }
}

TEST(Indexing, ResultsDoNotDependOnThreads) {
    const Case& c = cases().back();
    const Tensor indices = random_indices(c), x = random_tensor("f32", c.x, 1);
    Tensor updates("f32", replaced(c.x, c.axis, c.indices));
    for (int64_t i = 0; i < updates.numel(); ++i) {
        updates.set(i, std::sin(static_cast<double>(i)));
    }
    expect_same_for_all_thread_counts([&] {
        Tensor y("f32", c.x);
        EXPECT_EQ(CHX_OK,
                  Plugin::instance().launch_with("chx.scatter_add",
                                                 "f32",
                                                 {&x, &indices, &updates},
                                                 {&y},
                                                 attrs_of<chx_attrs_scatter_add>(c.axis, c.mode)));
        return y.values();
    });
}

}  // namespace
}  // namespace chx_test
