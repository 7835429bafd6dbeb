// chx.fill and chx.arange.
#include <chx/ops/creation.h>
#include <gtest/gtest.h>

#include "test_host.h"

namespace chx_test {
namespace {

chx_status fill(const Tensor& value, const Tensor& y) {
    auto attrs = make_attrs<chx_attrs_fill>();
    attrs.dtype = dtype(y.dtype_name());
    attrs.n_shape = static_cast<int64_t>(y.shape().size());
    std::copy(y.shape().begin(), y.shape().end(), attrs.shape);
    return Plugin::instance().launch_with("chx.fill", y.dtype_name(), {&value}, {&y}, attrs);
}

TEST(Creation, FillOfAllDtypes) {
    for (const std::string& name : dtype_names("bool int float complex")) {
        for (double x : {0.0, 1.0, 3.0}) {
            const Tensor value = Tensor(name, {1}, std::vector<double>{x}).as_host_scalar();
            for (const std::vector<int64_t>& shape :
                 {std::vector<int64_t>{}, {0}, {7}, {3, 5}, {200000}}) {
                Tensor y(name, shape);
                for (int64_t i = 0; i < std::min<int64_t>(y.numel(), 100); ++i) {
                    y.set(i, 9);
                }
                ASSERT_EQ(fill(value, y), CHX_OK) << last_error();
                const std::vector<double> expected(static_cast<size_t>(y.numel()), value.real(0));
                ASSERT_EQ(y.values(), expected) << name;
            }
        }
    }
}

TEST(Creation, FillLeavesWhatLiesBetween) {
    const Tensor all("f32", {4, 6});
    const Tensor value = Tensor("f32", {1}, std::vector<double>{2}).as_host_scalar();
    ASSERT_EQ(fill(value, all.every_second(1).reversed(0)), CHX_OK);
    for (int64_t i = 0; i < all.numel(); ++i) {
        EXPECT_EQ(all.real(i), i % 2 == 0 ? 2 : 0);
    }
}

TEST(Creation, ArangeOfAllDtypes) {
    for (const std::string& name : dtype_names("int float")) {
        for (int64_t n : {0, 1, 20, 100000}) {
            const Tensor start = Tensor(name, {1}, std::vector<double>{5}).as_host_scalar();
            Tensor step(name, {});
            step.set(0, name[0] == 'u' ? 3 : -2);
            const Tensor y(name, {n});
            auto attrs = make_attrs<chx_attrs_arange>();
            attrs.dtype = dtype(name);
            attrs.n = n;
            ASSERT_EQ(
                Plugin::instance().launch_with("chx.arange", name, {&start, &step}, {&y}, attrs),
                CHX_OK);
            Tensor expected(name, {1});
            for (int64_t i = 0; i < n; ++i) {
                const int64_t value = 5 + i * (name[0] == 'u' ? 3 : -2);
                name[0] == 'u' || name[0] == 'i' ? expected.set_i64(0, value)
                                                 : expected.set(0, static_cast<double>(value));
                ASSERT_EQ(y.at(i), expected.at(0)) << name << " " << i;
            }
        }
    }
}

}  // namespace
}  // namespace chx_test
