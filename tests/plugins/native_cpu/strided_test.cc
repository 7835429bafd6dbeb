// StridedLoop: what collapses, and that every element is visited once whatever the range.
#include "../../../plugins/native_cpu/strided.h"

#include <set>

#include <gtest/gtest.h>

#include "test_host.h"

namespace chx_test {
namespace {

native::StridedLoop loop_over(const std::vector<Tensor>& tensors) {
    native::StridedLoop loop(tensors[0].get());
    for (const Tensor& tensor : tensors) {
        loop.add(tensor.get());
    }
    loop.collapse();
    return loop;
}

TEST(StridedLoop, Collapses) {
    const Tensor a("f32", {2, 3, 4}), row("f32", {4}), scalar("f32", {});
    EXPECT_EQ(loop_over({a}).ndim(), 1);
    EXPECT_EQ(loop_over({a, a.reversed(1)}).ndim(), 3);
    EXPECT_EQ(loop_over({a.transposed({2, 0, 1})}).ndim(), 1);
    EXPECT_EQ(loop_over({a.reversed(0).reversed(1).reversed(2)}).ndim(), 1);
    EXPECT_EQ(loop_over({a, row.broadcast({2, 3, 4})}).ndim(), 2);
    EXPECT_EQ(loop_over({a, scalar.broadcast({2, 3, 4})}).ndim(), 1);
    EXPECT_EQ(loop_over({Tensor("f32", {1, 1})}).ndim(), 0);
    EXPECT_EQ(loop_over({a, row.broadcast({2, 3, 4})}).inner_extent(), 4);
    EXPECT_EQ(loop_over({a, row.broadcast({2, 3, 4})}).stride(1, 0), 0);
}

TEST(StridedLoop, VisitsEveryElementOnce) {
    const Tensor base("i32", {6, 8, 5});
    const std::vector<Tensor> views = {base,
                                       base.transposed({1, 2, 0}),
                                       base.every_second(0).reversed(1),
                                       base.reversed(2).transposed({2, 1, 0})};
    for (const Tensor& view : views) {
        const native::StridedLoop loop = loop_over({view});
        for (int64_t step : {1, 3, 7, 1000}) {
            std::set<const void*> visited;
            int64_t count = 0;
            for (int64_t begin = 0; begin < loop.numel(); begin += step) {
                loop.for_each(
                    begin, std::min(begin + step, loop.numel()), [&](char* const* at, int64_t n) {
                        for (int64_t i = 0; i < n; ++i) {
                            visited.insert(at[0] + i * loop.inner_stride(0));
                        }
                        count += n;
                    });
            }
            EXPECT_EQ(count, view.numel());
            std::set<const void*> expected;
            for (int64_t i = 0; i < view.numel(); ++i) {
                expected.insert(view.address(i));
            }
            EXPECT_EQ(visited, expected);
        }
    }
}

TEST(StridedLoop, EmptyArraysHaveNoRuns) {
    const Tensor empty("f32", {3, 0, 2});
    int runs = 0;
    const native::StridedLoop loop = loop_over({empty});
    loop.for_each(0, loop.numel(), [&](char* const*, int64_t) { ++runs; });
    EXPECT_EQ(runs, 0);
}

}  // namespace
}  // namespace chx_test
