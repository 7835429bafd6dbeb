// What bindings are told of shapes that do not fit is what the door throws.
#include "chainerx/detail/binary_call.h"

#include <gtest/gtest.h>

#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "core/plugin/expect_error.h"
#include "dispatch/dispatch.h"

namespace chainerx::internal {
namespace {

bool is_refused(const Shape& a, const Shape& b) {
    return call_binary(kOpAdd, {zeros(a), zeros(b)}).body() == nullptr;
}

TEST(BinaryCall, ComputesWhereShapesBroadcast) {
    EXPECT_EQ(Shape(call_binary(kOpAdd, {ones({2, 3}), ones({3})}).shape()), Shape({2, 3}));
    EXPECT_EQ(static_cast<double>(call_binary(kOpAdd, {ones({}), Operand(2.0)}).item()), 3.0);
    EXPECT_FALSE(is_refused({}, {2, 3}));
    EXPECT_FALSE(is_refused({2, 1}, {1, 3}));
    EXPECT_FALSE(is_refused({1}, {0}));
}

TEST(BinaryCall, ReturnsNothingWhereTheyDoNot) {
    EXPECT_TRUE(is_refused({4}, {3}));
    EXPECT_TRUE(is_refused({2, 3}, {2}));
    EXPECT_TRUE(is_refused({2}, {0}));
}

TEST(BinaryCall, LeavesShapesOfOneSizeToTheDoor) {
    EXPECT_THROW(call_binary(kOpAdd, {zeros({2, 3}), zeros({3, 2})}), DimensionError);
}

TEST(BinaryCall, LeavesWhatComesFirstToTheDoor) {
    const Array a = zeros({4});

    EXPECT_THROW(call_binary(kOpAdd, {a, zeros({3}, DType::kFloat32, &get_device("native:1"))}),
                 DeviceError);
    EXPECT_THROW(call_binary(kOpBitwiseAnd, {a, zeros({3})}), DtypeError);
}

TEST(ShapeMismatch, IsWhatTheDoorThrows) {
    const Array a = zeros({2, 1, 4});
    const Array b = zeros({5, 3});
    for (const uint16_t id : {kOpAdd, kOpDivide, kOpLess, kOpArctan2}) {
        EXPECT_EQ(shape_mismatch(id, {a, b}),
                  message_of<DimensionError>([&] { call(kOps[id], {a, b}); }))
            << kOps[id].name;
    }
}

}  // namespace
}  // namespace chainerx::internal
