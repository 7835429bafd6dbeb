// Shapes: their arithmetic, their limits, their printing.
#include "chainerx/shape.h"

#include <gtest/gtest.h>

#include "chainerx/error.h"
#include "core/plugin/expect_error.h"

namespace chainerx::testing {
namespace {

using internal::expect_contains;
using internal::message_of;

TEST(Dims, AreEditedInPlace) {
    Dims dims = {1, 2, 3};
    dims.push_back(4);
    dims.insert(0, 0);
    EXPECT_EQ(dims, Dims({0, 1, 2, 3, 4}));
    dims.erase(2);
    EXPECT_EQ(dims, Dims({0, 1, 3, 4}));
    EXPECT_EQ(dims.back(), 4);
    dims.resize(6, 9);
    EXPECT_EQ(dims, Dims({0, 1, 3, 4, 9, 9}));
    dims.resize(1);
    EXPECT_EQ(dims, Dims({0}));
    EXPECT_NE(dims, Dims({0, 0}));
    EXPECT_TRUE(Dims().empty());
    EXPECT_EQ(Dims::filled(3, 7), Dims({7, 7, 7}));
    EXPECT_EQ(DimsView(std::vector<int64_t>{1, 2}), DimsView(Dims{1, 2}));
}

TEST(Dims, HaveALimitThatTheErrorNames) {
    Dims dims = Dims::filled(kMaxViewNdim, 1);
    expect_contains(message_of<DimensionError>([&] { dims.push_back(1); }),
                    "33 dimensions were given; an array has at most 16, a view that reshape makes "
                    "at most 32");
    EXPECT_THROW(dims.insert(0, 1), DimensionError);
    EXPECT_THROW(dims.resize(33), DimensionError);
    EXPECT_THROW(Dims(std::vector<int64_t>(33, 1)), DimensionError);
    EXPECT_EQ(dims.size(), kMaxViewNdim);
}

TEST(TotalSize, CountsElements) {
    EXPECT_EQ(total_size({}), 1);
    EXPECT_EQ(total_size({2, 3}), 6);
    EXPECT_EQ(total_size({2, 0, 3}), 0);
    EXPECT_EQ(total_size({INT64_MAX, INT64_MAX, 0}), 0) << "nothing overflows if there is nothing";
    EXPECT_EQ(total_size({INT64_MAX, 1}), INT64_MAX);
    EXPECT_THROW(total_size({INT64_MAX, 2}), DimensionError);
    EXPECT_THROW(total_size({2, -1}), DimensionError);
    EXPECT_THROW(total_size({0, -1}), DimensionError);
}

TEST(ContiguousStrides, AreRowMajor) {
    EXPECT_EQ(contiguous_strides({2, 3, 4}), Dims({12, 4, 1}));
    EXPECT_EQ(contiguous_strides({}), Dims());
    EXPECT_EQ(contiguous_strides({2, 0, 3}), Dims({3, 3, 1}));
}

TEST(BroadcastShapes, FollowNumPy) {
    EXPECT_EQ(broadcast_shapes("f", {2, 3}, {3}), Dims({2, 3}));
    EXPECT_EQ(broadcast_shapes("f", {2, 1}, {1, 3}), Dims({2, 3}));
    EXPECT_EQ(broadcast_shapes("f", {}, {4}), Dims({4}));
    EXPECT_EQ(broadcast_shapes("f", {1}, {0}), Dims({0}));
    EXPECT_EQ(broadcast_shapes("f", {}, {}), Dims());
    expect_contains(message_of<DimensionError>([] { broadcast_shapes("f", {2, 3}, {2}); }),
                    "f: shapes (2, 3) and (2,)");
    EXPECT_THROW(broadcast_shapes("f", {2}, {0}), DimensionError);
}

TEST(NormalizeAxes, CountFromTheEnd) {
    EXPECT_EQ(normalize_axis("f", -1, 3), 2);
    EXPECT_EQ(normalize_axis("f", 0, 3), 0);
    EXPECT_EQ(normalize_axes("f", {-1, 0}, 3), Dims({2, 0}));
    EXPECT_THROW(normalize_axis("f", 3, 3), DimensionError);
    EXPECT_THROW(normalize_axis("f", -4, 3), DimensionError);
    EXPECT_THROW(normalize_axis("f", 0, 0), DimensionError);
    expect_contains(message_of<DimensionError>([] { normalize_axes("f", {1, -2}, 3); }),
                    "f: axes (1, -2) name axis 1 twice");
}

TEST(ToString, IsPythons) {
    EXPECT_EQ(to_string(DimsView()), "()");
    EXPECT_EQ(to_string({4}), "(4,)");
    EXPECT_EQ(to_string({2, 3}), "(2, 3)");
}

}  // namespace
}  // namespace chainerx::testing
