// Views: they share memory, compute nothing, and can be written through.
#include "array/views.h"

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/dispatch/fallback_checks.h"
#include "core/ops/array_checks.h"
#include "core/test_devices.h"
#include "device/device_state.h"

namespace chainerx::testing {
namespace {

// Every function that only rearranges.
std::vector<std::pair<const char*, Array>> views_of(const Array& x) {
    return {{"reshape", reshape(x, {3, 2})},
            {"ravel", ravel(x)},
            {"transpose", transpose(x)},
            {"swapaxes", swapaxes(x, 0, 1)},
            {"moveaxis", moveaxis(x, {0}, {1})},
            {"expand_dims", expand_dims(x, {1})},
            {"squeeze", squeeze(expand_dims(x, {0}))},
            {"broadcast_to", broadcast_to(x, {4, 2, 3})},
            {"flip", flip(x)},
            {"integer", x.at({1})},
            {"slice", x.at({Slice{{}, {}, -1}, Slice{1, 3}})},
            {"newaxis", x.at({ArrayIndex::new_axis(), ArrayIndex::ellipsis(), 0})},
            {"diag", diag(x)},
            {"split", split(x, {1}, 1)[1]},
            {"view", x.view()}};
}

TEST(Views, OfMoreDimensionsThanKernelsTake) {
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3});
    Shape shape = Shape::filled(kMaxViewNdim, 1);
    shape[0] = 2;
    shape[20] = 3;
    const Array view = reshape(x, shape);
    EXPECT_EQ(view.shape(), DimsView(shape));
    EXPECT_EQ(reshape(transpose(x), shape).ndim(), kMaxViewNdim);
    EXPECT_EQ(reshape(zeros({0, 3}, DType::kFloat64), Shape::filled(17, 0)).ndim(), 17);
    EXPECT_EQ(broadcast_to(view, shape).ndim(), kMaxViewNdim);
    expect_array(reshape(transpose(x), {3, 2}), {3, 2}, {1, 4, 2, 5, 3, 6});
    expect_array(squeeze(view), {2, 3}, {1, 2, 3, 4, 5, 6});
    expect_array(squeeze(transpose(view)), {3, 2}, {1, 4, 2, 5, 3, 6});
    std::vector<ArrayIndex> index(kMaxViewNdim, ArrayIndex(0));
    index[0] = 1;
    index[20] = -1;
    EXPECT_EQ(static_cast<double>(view.at(index).item()), 6);

    const auto refused = [](const auto& function) { EXPECT_THROW(function(), DimensionError); };
    refused([&] { add(view, 1.0); });
    refused([&] { add(view, view); });
    refused([&] { add(view, x); });
    refused([&] { sum(view); });
    refused([&] { copy(view); });
    refused([&] { view += 1.0; });
    refused([&] { view += view; });
    refused([&] { zeros_like(view); });
    refused([&] { empty(shape, DType::kFloat32); });
    refused([&] { expand_dims(view, {0}); });
    refused([&] { view.at({ArrayIndex::new_axis()}); });
    refused([&] { ones(Shape::filled(16, 1), DType::kFloat32).at({ArrayIndex::new_axis()}); });
}

TEST(Views, NeverAskAPlugin) {
    for (Device* device : {&native(), &nulldev(), &primdev(), &sim()}) {
        const FallbackModeScope strict(FallbackMode::kError);
        const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3}).to_device(*device);
        reset_fallback_stats();
        const uint64_t used = device->memory().used;
        for (const auto& [name, view] : views_of(x)) {
            EXPECT_EQ(view.body()->tensor.storage, x.body()->tensor.storage) << name;
            EXPECT_EQ(&view.device(), device) << name;
        }
        EXPECT_EQ(device->memory().used, used);
        EXPECT_TRUE(fallback_stats().empty());
    }
}

TEST(Views, HaveGradients) {
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3});
    const size_t n = views_of(x).size();
    for (size_t i = 0; i < n; ++i) {
        SCOPED_TRACE(views_of(x)[i].first);
        expect_gradient([i](const Array& a) { return square(views_of(a)[i].second); }, x);
    }
}

TEST(Views, TellWhetherTheyAreContiguous) {
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3});
    EXPECT_TRUE(x.at({1}).is_contiguous());
    EXPECT_TRUE(x.at({Slice{0, 1}}).is_contiguous());
    EXPECT_FALSE(x.at({Slice{}, Slice{0, 2}}).is_contiguous());
    EXPECT_FALSE(flip(x).is_contiguous());
    EXPECT_FALSE(broadcast_to(x, {2, 2, 3}).is_contiguous());
    EXPECT_EQ(broadcast_to(x, {4, 2, 3}).strides(), DimsView({0, 3, 1}));
    EXPECT_TRUE(transpose(transpose(x)).is_contiguous());
}

TEST(Views, OfNothing) {
    const Array x = zeros({0, 3});
    EXPECT_EQ(flip(x).shape(), DimsView({0, 3}));
    EXPECT_EQ(transpose(x).shape(), DimsView({3, 0}));
    EXPECT_EQ(x.at({Slice{5, 2, -1}, 1}).shape(), DimsView({0}));
    EXPECT_EQ(reshape(x, {3, 0, 7}).size(), 0);
    EXPECT_EQ(broadcast_to(zeros({0, 1}), {2, 0, 3}).shape(), DimsView({2, 0, 3}));
}

TEST(Views, ReshapeCopiesOnlyWhereItMust) {
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3});
    EXPECT_NE(reshape(transpose(x), {6}).body()->tensor.storage, x.body()->tensor.storage);
    expect_vector(reshape(transpose(x), {6}), {1, 4, 2, 5, 3, 6});
    const Array columns = x.at({Slice{}, Slice{{}, {}, 2}});
    EXPECT_EQ(reshape(columns, {2, 1, 2}).body()->tensor.storage, x.body()->tensor.storage);
    EXPECT_THROW(reshape(x, {4}), DimensionError);
    EXPECT_THROW(reshape(x, {-1, 4}), DimensionError);
    EXPECT_THROW(reshape(x, {-1, -1}), DimensionError);
}

TEST(Views, BroadcastingHasRules) {
    const Array x = doubles({1, 2}, {2, 1});
    EXPECT_THROW(broadcast_to(x, {3, 2}), DimensionError);
    EXPECT_THROW(broadcast_to(x, {2}), DimensionError);
    EXPECT_THROW(internal::raw_broadcast(x, {1, 1}), DimensionError);
    expect_array(broadcast_to(x, {2, 2}), {2, 2}, {1, 1, 2, 2});
}

TEST(CopyInto, BroadcastsCastsAndMoves) {
    for (Device* device : {&native(), &nulldev(), &primdev(), &sim()}) {
        SCOPED_TRACE(device->name());
        const Array target = zeros({2, 3}, DType::kInt32, device);
        internal::copy_into(transpose(target), doubles({1.9, -2.9}));
        expect_array(target, {2, 3}, {1, 1, 1, -2, -2, -2});
        internal::fill_into(target.at({Slice{}, Slice{{}, {}, 2}}), Scalar(7));
        expect_array(target, {2, 3}, {7, 1, 7, 7, -2, 7});
        EXPECT_THROW(internal::copy_into(target, doubles({1, 2})), DimensionError);
    }
}

TEST(RawViews, AreOutsideOfEveryGraph) {
    const Array x = doubles({1, 2}).require_grad();
    EXPECT_FALSE(internal::raw_alias(x).is_connected_to_any());
    const Array bits = internal::raw_reinterpret(x, DType::kInt64);
    EXPECT_EQ(bits.dtype(), DType::kInt64);
    EXPECT_EQ(static_cast<int64_t>(bits.at({0}).item()), 0x3ff0000000000000);
    EXPECT_TRUE(x.view().is_connected());
}

TEST(RawWindows, SlideOverTheTrailingAxes) {
    const Array x = reshape(arange(10, {}, {}, DType::kFloat64), {1, 1, 10});
    const Array windows = internal::raw_windows(x, {3}, {2}, {2}, {3});
    expect_array(windows, {1, 1, 3, 3}, {0, 2, 4, 2, 4, 6, 4, 6, 8});
    EXPECT_EQ(windows.body()->tensor.storage, x.body()->tensor.storage);
}

}  // namespace
}  // namespace chainerx::testing
