// Several graphs at once, and the modes that switch recording.
#include <thread>

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

TEST(BackpropScope, HasANameUntilItIsLeft) {
    BackpropId id;
    EXPECT_EQ(id.name(), "<default>");
    Array x;
    {
        const BackpropScope scope("inner");
        id = scope.backprop_id();
        EXPECT_EQ(id.name(), "inner");
        EXPECT_FALSE(id.is_expired());
        x = doubles({1}).require_grad(id);
    }
    EXPECT_TRUE(id.is_expired());
    EXPECT_EQ(id.name(), "<expired>");
    EXPECT_THROW(x.require_grad(id), ChainerxError);
    EXPECT_THROW(x.is_backprop_required(id), ChainerxError);
    EXPECT_THROW(x.grad(id), ChainerxError);
    EXPECT_THROW(backward(x, {id, false, {}}), ChainerxError);
    EXPECT_NE(x.to_string().find("<expired>"), std::string::npos);
    EXPECT_NO_THROW(x * 2);
}

TEST(BackpropScope, IdsMayBeMadeAndReleasedByHand) {
    const BackpropId first = make_backprop_id("first"), second = make_backprop_id("second");
    EXPECT_LT(first.ordinal(), second.ordinal());
    release_backprop_id(first);
    EXPECT_TRUE(first.is_expired());
    EXPECT_FALSE(second.is_expired());
    EXPECT_THROW(release_backprop_id(first), ChainerxError);
    EXPECT_THROW(release_backprop_id(BackpropId()), ChainerxError);
    release_backprop_id(second);
}

TEST(BackpropScope, GraphsHaveTheirOwnGradients) {
    const BackpropScope a("a"), b("b");
    const BackpropId ia = a.backprop_id(), ib = b.backprop_id();
    const Array x = doubles({1, 2}).require_grad(ia);
    const Array w = doubles({3, 4}).require_grad(ib);
    const Array y = x * w;
    EXPECT_TRUE(y.is_connected(ia));
    EXPECT_TRUE(y.is_connected(ib));
    EXPECT_FALSE(y.is_connected());
    EXPECT_EQ(y.backprop_ids().size(), 2u);

    BackwardOptions options;
    options.backprop_id = ia;
    y.backward(options);
    expect_vector(x.grad(ia), {3, 4});
    EXPECT_TRUE(w.grad(ib).is_null());
    EXPECT_THROW(x.grad(ib), GradientError);
    EXPECT_THROW(x.grad(), GradientError);
    options.backprop_id = ib;
    y.backward(options);
    expect_vector(w.grad(ib), {1, 2});
    expect_vector(x.grad(ia), {3, 4});
}

TEST(BackpropScope, AnInnerGraphsGradientIsPartOfTheOuterOne) {
    // d/dw of (d/dx of x^2 * w): the inner graph differentiates for x, the outer one records that.
    const BackpropScope outer("outer");
    const Array w = doubles({3, 4}).require_grad(outer.backprop_id());
    Array inner_gradient;
    {
        const BackpropScope inner("inner");
        const Array x = doubles({1, 2}).require_grad(inner.backprop_id());
        BackwardOptions options;
        options.backprop_id = inner.backprop_id();
        (x * x * w).backward(options);
        inner_gradient = x.grad(inner.backprop_id());
        EXPECT_FALSE(inner_gradient.is_connected(inner.backprop_id()));
    }
    ASSERT_TRUE(inner_gradient.is_connected(outer.backprop_id()));
    BackwardOptions options;
    options.backprop_id = outer.backprop_id();
    inner_gradient.backward(options);
    expect_vector(w.grad(outer.backprop_id()), {2, 4});
}

TEST(BackpropScope, AnOuterGraphsGradientIsNoPartOfTheInnerOne) {
    const BackpropScope outer("outer"), inner("inner");
    const Array x = doubles({1, 2}).require_grad(outer.backprop_id());
    const Array w = doubles({3, 4}).require_grad(inner.backprop_id());
    BackwardOptions options;
    options.backprop_id = outer.backprop_id();
    options.enable_double_backprop = true;
    (x * x * w).backward(options);
    EXPECT_TRUE(x.grad(outer.backprop_id()).is_connected(outer.backprop_id()));
    EXPECT_FALSE(x.grad(outer.backprop_id()).is_connected(inner.backprop_id()));
}

TEST(BackpropScope, StoppingSomeGraphs) {
    const BackpropScope a("a"), b("b");
    const Array x = doubles({1}).require_grad(a.backprop_id()).require_grad(b.backprop_id());
    const Array stopped = x.as_grad_stopped({a.backprop_id()});
    EXPECT_FALSE(stopped.is_connected(a.backprop_id()));
    EXPECT_TRUE(stopped.is_connected(b.backprop_id()));
    EXPECT_FALSE(x.as_grad_stopped().is_connected_to_any());
}

TEST(BackpropModes, Nest) {
    const Array x = doubles({1}).require_grad();
    EXPECT_TRUE(x.is_backprop_required());
    EXPECT_TRUE(is_backprop_required());
    {
        const NoBackpropModeScope off;
        EXPECT_FALSE(x.is_backprop_required());
        EXPECT_TRUE(x.is_connected());
        EXPECT_FALSE((x * 2).is_connected());
        {
            const ForceBackpropModeScope on;
            EXPECT_TRUE((x * 2).is_connected());
            const NoBackpropModeScope off_again;
            EXPECT_FALSE((x * 2).is_connected());
        }
        EXPECT_FALSE(is_backprop_required());
    }
    EXPECT_TRUE((x * 2).is_connected());
}

TEST(BackpropModes, ForSomeGraphs) {
    const BackpropScope a("a"), b("b");
    const Array x = doubles({1}).require_grad(a.backprop_id()).require_grad(b.backprop_id());
    {
        const NoBackpropModeScope off({a.backprop_id()});
        EXPECT_FALSE((x * 2).is_connected(a.backprop_id()));
        EXPECT_TRUE((x * 2).is_connected(b.backprop_id()));
    }
    const NoBackpropModeScope off;
    const ForceBackpropModeScope on({b.backprop_id()});
    EXPECT_FALSE((x * 2).is_connected(a.backprop_id()));
    EXPECT_TRUE((x * 2).is_connected(b.backprop_id()));
}

TEST(BackpropModes, AreOfOneThread) {
    const Array x = doubles({1}).require_grad();
    const NoBackpropModeScope off;
    std::thread([&] { EXPECT_TRUE((x * 2).is_connected()); }).join();
}

TEST(BackpropModes, ViewsFollowThem) {
    const Array x = doubles({1, 2, 3, 4}, {2, 2}).require_grad();
    const NoBackpropModeScope off;
    EXPECT_FALSE(x.at({0}).is_connected());
    EXPECT_FALSE(transpose(x).is_connected());
    EXPECT_FALSE(reshape(x, {4}).is_connected());
    EXPECT_FALSE(x.to_device("native:1").is_connected());
}

}  // namespace
}  // namespace chainerx::testing
