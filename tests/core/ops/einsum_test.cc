// einsum from C++: values, gradients, and subscripts that do not fit.
#include "chainerx/error.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

TEST(Einsum, ContractsPairs) {
    const Array a = doubles({1, 2, 3, 4, 5, 6}, {2, 3});
    const Array b = doubles({1, 0, 0, 1, 1, 1}, {3, 2});
    expect_array(einsum("ij,jk->ik", {a, b}), {2, 2}, {4, 5, 10, 11});
    expect_array(einsum("ij,jk", {a, b}), {2, 2}, {4, 5, 10, 11});
    expect_array(einsum("ij,jk,kl->il", {a, b, b.transpose()}), {2, 3}, {4, 5, 9, 10, 11, 21});
}

TEST(Einsum, SumsAndPicksDiagonals) {
    const Array a = doubles({1, 2, 3, 4}, {2, 2});
    expect_array(einsum("ii", {a}), {}, {5});
    expect_array(einsum("ii->i", {a}), {2}, {1, 4});
    expect_array(einsum("...j->...", {a}), {2}, {3, 7});
    expect_array(einsum("ba", {a}), {2, 2}, {1, 3, 2, 4});
}

TEST(Einsum, Gradients) {
    const auto bilinear = [](const Array& a, const Array& b) {
        return einsum("bij,bjk->ki", {a, b});
    };
    expect_gradient(bilinear, some_doubles({2, 2, 3}), some_doubles({2, 3, 2}));
}

TEST(Einsum, Errors) {
    const Array a = doubles({1, 2, 3, 4}, {2, 2});
    EXPECT_THROW(einsum("ij,jk", {a}), ValueError);
    EXPECT_THROW(einsum("ij->ik", {a}), ValueError);
    EXPECT_THROW(einsum("ijk", {a}), DimensionError);
    EXPECT_THROW(einsum("i", std::vector<Array>{}), ValueError);
}

}  // namespace
}  // namespace chainerx::testing
