// Element-wise functions: values, and what becomes of NaN, infinities and zeros.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "chainerx/ops.h"
#include "plugins/onednn/comparison.h"

namespace chainerx::testing {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

Array some_numbers() {
    std::vector<float> values;
    for (float size = 1e-6f; size < 200; size *= 1.07f) {
        values.push_back(size);
        values.push_back(-size);
    }
    for (const float odd : {0.0f, -0.0f, kInfinity, -kInfinity, std::nanf("")})
        values.push_back(odd);
    return array(values, {static_cast<int64_t>(values.size())});
}

void expect_same_function(Array (*f)(const Array&), const std::string& op) {
    expect_same({some_numbers()}, [&](const Arrays& in) { return Arrays{f(in[0])}; }, {op});
}

TEST(Elementwise, Functions) {
    expect_same_function(tanh, "chx.tanh");
    expect_same_function(sigmoid, "chx.sigmoid");
    expect_same_function(sqrt, "chx.sqrt");
    expect_same_function(square, "chx.square");
    expect_same_function(abs, "chx.abs");
}

}  // namespace
}  // namespace chainerx::testing
