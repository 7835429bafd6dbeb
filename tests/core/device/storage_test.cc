// Storages: versions that count writes, memory of others, and who may write what.
#include "device/storage.h"

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"
#include "core/test_devices.h"

namespace chainerx::testing {
namespace {

class Versions : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        primdev();
        nulldev();
    }
    Device& device() { return get_device(GetParam()); }
};

TEST_P(Versions, EveryWriteCounts) {
    const Array x = doubles({1, 2, 3, 4}, {2, 2}).to_device(device());
    const Array row = x.at({0}), alias = x.view(), copy = x.copy();
    uint64_t last = x.version();
    const auto expect_write = [&](const char* what) {
        EXPECT_GT(x.version(), last) << what;
        last = x.version();
        EXPECT_EQ(alias.version(), last) << what;
        EXPECT_EQ(row.version(), last) << what;
    };
    x += Scalar(1);
    expect_write("in-place arithmetic");
    row *= row;
    expect_write("through a view");
    alias.fill(5);
    expect_write("fill");
    x.set_at({1, 1}, Scalar(6));
    expect_write("an element");
    x.set_at({1}, copy.at({0}));
    expect_write("a row");
    x.set_at({integers({0, 1}).to_device(device())}, Scalar(7));
    expect_write("rows by index");
    EXPECT_EQ(copy.version(), copy.version());
}

TEST_P(Versions, ReadingDoesNotCount) {
    const Array x = doubles({1, 2, 3, 4}, {2, 2}).to_device(device());
    const uint64_t version = x.version();
    const Array results[] = {
        x + 1, sum(x), matmul(x, x), transpose(x), x.copy(), x.at({0}), x.to_device(native(1))};
    EXPECT_EQ(values_of(x).size(), 4u);
    EXPECT_FALSE(x.to_string().empty());
    EXPECT_EQ(x.version(), version);
}

std::string name_of_device(const ::testing::TestParamInfo<std::string>& info) {
    return info.param.substr(0, info.param.find(':'));
}

INSTANTIATE_TEST_SUITE_P(Devices,
                         Versions,
                         ::testing::Values("native:0", "primdev:0", "nulldev:0"),
                         name_of_device);

TEST(ForeignMemory, IsUsedInPlaceAndReleasedOnce) {
    double memory[6] = {1, 2, 3, 4, 5, 6};
    int released = 0;
    {
        const Array x = array_from_memory(
            memory, {2, 3}, {3, 1}, DType::kFloat64, native(), [&] { ++released; });
        EXPECT_EQ(x.data(), memory);
        EXPECT_TRUE(x.is_contiguous());
        const Array transposed = array_from_memory(
            memory, {3, 2}, {1, 3}, DType::kFloat64, native(), [&] { ++released; });
        EXPECT_FALSE(transposed.is_contiguous());
        expect_array(transposed, {3, 2}, {1, 4, 2, 5, 3, 6});
        x += Scalar(10);
        EXPECT_EQ(memory[5], 16);
        const Array row = x.at({1});
        EXPECT_EQ(released, 0);
    }
    EXPECT_EQ(released, 2);
}

TEST(ForeignMemory, LivesAsLongAsAView) {
    double memory[2] = {1, 2};
    bool is_released = false;
    Array view;
    {
        view = array_from_memory(memory, {2}, {1}, DType::kFloat64, native(), [&] {
                   is_released = true;
               }).at({1});
    }
    EXPECT_FALSE(is_released);
    view.reset();
    EXPECT_TRUE(is_released);
}

TEST(ForeignMemory, NegativeStridesStartAtAnOffset) {
    double memory[3] = {1, 2, 3};
    const Array x = array_from_memory(memory, {3}, {-1}, DType::kFloat64, native(), [] {}, 16);
    expect_vector(x, {3, 2, 1});
    EXPECT_EQ(x.byte_offset(), 16);
}

TEST(ForeignMemory, MayBeReadOnly) {
    double memory[2] = {1, 2};
    const Array x = array_from_memory(memory, {2}, {1}, DType::kFloat64, native(), [] {}, 0, true);
    expect_vector(x * 2, {2, 4});
    EXPECT_THROW(x += Scalar(1), ValueError);
    EXPECT_THROW(x.at({0}).fill(0), ValueError);
    EXPECT_THROW(x.set_at({0}, Scalar(0)), ValueError);
    EXPECT_THROW(x.view().fill(0), ValueError);
    EXPECT_NO_THROW(x.copy() += Scalar(1));
    EXPECT_EQ(memory[0], 1);
}

TEST(InPlace, OverlappingViewsAreReadBeforeTheyAreWritten) {
    for (Device* device : {&native(), &primdev(), &nulldev(), &sim()}) {
        SCOPED_TRACE(device->name());
        const Array x = doubles({1, 2, 3, 4}).to_device(*device);
        const Array tail = x.at({Slice{1, {}}}), head = x.at({Slice{{}, 3}});
        tail += head;
        expect_vector(x, {1, 3, 5, 7});
        flip(x) *= x;
        expect_vector(x, {7, 15, 15, 7});
        x += x;
        expect_vector(x, {14, 30, 30, 14});
        const Array square = doubles({1, 2, 3, 4}, {2, 2}).to_device(*device);
        square -= transpose(square);
        expect_array(square, {2, 2}, {0, -1, 1, 0});
    }
}

TEST(InPlace, TheTargetKeepsItsShapeAndDtype) {
    const Array x = floats({1, 2});
    EXPECT_THROW(x += doubles({1, 2, 3}), DimensionError);
    EXPECT_THROW(x += doubles({1, 2}, {2, 1}), DimensionError);
    x += doubles({0.5, 0.5});
    EXPECT_EQ(x.dtype(), DType::kFloat32);
    expect_vector(x, {1.5, 2.5});
    const Array i = integers({1, 2});
    EXPECT_THROW(i /= Scalar(2), DtypeError);
    EXPECT_THROW(i += floats({1, 2}), DtypeError);
    expect_vector(i, {1, 2});
}

}  // namespace
}  // namespace chainerx::testing
