// Built with the header of a simulated future minor, in which chx.sum has an attribute more: kernels that don't know it serve
// calls where it is zero, and only those.
#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "chainerx/plugin.h"
#include "chx/ops/reduction.h"
#include "dispatch/dispatch.h"

namespace chainerx {
namespace {

Array sum_with(int64_t future, const Array& x) {
    auto attrs = internal::make_attrs<chx_attrs_sum>();
    attrs.n_axes = 1;
    attrs.axes[0] = 0;
    attrs.future = future;
    return internal::call(internal::kOps[internal::kOpSum], {x}, &attrs);
}

TEST(GrownAttributes, ServeOlderKernelsWhileTheyAreZero) {
    load_plugin(std::string(CHX_ABI_PLUGINS) + "/today/poisoned/poisoned.chx.json");
    const Array x = ones(Shape{3}, DType::kFloat32, &get_device("poisoned:0"));
    reset_fallback_stats();

    EXPECT_EQ(static_cast<double>(sum_with(0, x).item()), 3.0);
    for (const FallbackCount& step : fallback_stats()) EXPECT_NE(step.op, "chx.sum");

    // native's kernel is as old: nobody can serve it.
    EXPECT_THROW(sum_with(1, x), ChainerxError);
}

}  // namespace
}  // namespace chainerx
