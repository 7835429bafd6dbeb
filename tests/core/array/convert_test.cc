// Arrays and host memory, and casts between all dtypes on all devices.
#include <cmath>

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"
#include "core/test_devices.h"

namespace chainerx::testing {
namespace {

TEST(HostMemory, IsCopiedInAndOut) {
    const std::vector<int32_t> values = {1, 2, 3, 4, 5, 6};
    for (Device* device : {&native(), &native(1), &nulldev(), &primdev(), &sim()}) {
        SCOPED_TRACE(device->name());
        const Array x = array(values, {2, 3}, device);
        EXPECT_EQ(&x.device(), device);
        EXPECT_EQ(x.dtype(), DType::kInt32);
        std::vector<int32_t> out(6);
        x.copy_to_host(out.data());
        EXPECT_EQ(out, values);
        transpose(x).copy_to_host(out.data());
        EXPECT_EQ(out, (std::vector<int32_t>{1, 4, 2, 5, 3, 6}));
        x.at({Slice{}, 1}).copy_to_host(out.data());
        EXPECT_EQ(out[1], 5);
        array(std::vector<int32_t>{}, {0}, device).copy_to_host(nullptr);
    }
}

TEST(HostMemory, CopyingOutRecordsNothing) {
    const Array x = transpose(doubles({1, 2, 3, 4}, {2, 2}).require_grad());
    double out[4];
    x.copy_to_host(out);
    EXPECT_EQ(out[1], 3);
    EXPECT_TRUE(x.is_connected());
}

class Casts : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        primdev();
        nulldev();
        sim();
    }
    Device& device() { return get_device(GetParam()); }
};

TEST_P(Casts, BetweenAllDtypes) {
    // Values that every dtype holds.
    const std::vector<double> values = {0, 1, 2, 3, 100, 127};
    for (int from = 0; from < kDTypeCount; ++from) {
        const Array x = doubles(values).astype(static_cast<DType>(from)).to_device(device());
        const bool is_bool = x.dtype() == DType::kBool;
        for (int to = 0; to < kDTypeCount; ++to) {
            const Array y = x.astype(static_cast<DType>(to));
            EXPECT_EQ(y.dtype(), static_cast<DType>(to));
            const bool is_truth = is_bool || y.dtype() == DType::kBool;
            SCOPED_TRACE(std::string(dtype_name(x.dtype())) + " to " +
                         std::string(dtype_name(y.dtype())));
            expect_vector(y, is_truth ? std::vector<double>{0, 1, 1, 1, 1, 1} : values);
        }
    }
}

TEST_P(Casts, AsTheTableSays) {
    const Array x = doubles({-1.9, 1.9, 0.25, -0.0}).to_device(device());
    expect_vector(x.astype(DType::kInt32), {-1, 1, 0, 0});
    expect_vector(x.astype(DType::kInt8), {-1, 1, 0, 0});
    expect_vector(x.astype(DType::kBool), {1, 1, 1, 0});
    expect_vector(doubles({-1, 300}).to_device(device()).astype(DType::kUInt8), {255, 44});
    expect_vector(array<int64_t>({-1, 300, INT64_MAX}, {3}, &device()).astype(DType::kInt8),
                  {-1, 44, -1});
    EXPECT_EQ(
        static_cast<uint64_t>(array<int64_t>({-1}, {1}, &device()).astype(DType::kUInt64).item()),
        UINT64_MAX);
    expect_vector(array<uint64_t>({UINT64_MAX}, {1}, &device()).astype(DType::kFloat64), {0x1p64});
    expect_vector(
        doubles({0x1.8p63}).to_device(device()).astype(DType::kUInt64).astype(DType::kFloat64),
        {0x1.8p63});
    const std::complex<double> z(1.5, 2);
    const Array complex = array_from_host(&z, {1}, DType::kComplex128, &device());
    expect_vector(complex.astype(DType::kFloat32), {1.5});
    expect_vector(complex.astype(DType::kInt16), {1});
    const std::complex<double> imaginary(0, 2);
    expect_vector(
        array_from_host(&imaginary, {1}, DType::kComplex128, &device()).astype(DType::kBool), {1});
    expect_vector(doubles({std::nan("")}).to_device(device()).astype(DType::kBool), {1});
}

TEST_P(Casts, RoundToNearestEven) {
    const Array x = doubles({1 + 0x1p-11, 1 + 3 * 0x1p-11, 65520, 0x1p-24, 0x1p-25, -HUGE_VAL})
                        .to_device(device());
    expect_vector(x.astype(DType::kFloat16), {1, 1 + 0x1p-9, HUGE_VAL, 0x1p-24, 0, -HUGE_VAL});
    expect_vector(
        doubles({1 + 0x1p-8, 1 + 3 * 0x1p-8}).to_device(device()).astype(DType::kBFloat16),
        {1, 1 + 0x1p-6});
    expect_vector(
        doubles({1 + 0x1p-24, 1 + 3 * 0x1p-24}).to_device(device()).astype(DType::kFloat32),
        {1, 1 + 0x1p-22});
    EXPECT_TRUE(std::isnan(
        values_of(doubles({std::nan("")}).to_device(device()).astype(DType::kFloat16))[0]));
}

TEST_P(Casts, HaveGradients) {
    const DeviceScope scope(device());
    const Array x = doubles({1, 2}).require_grad();
    (x.astype(DType::kFloat32) * 3).backward();
    EXPECT_EQ(x.grad().dtype(), DType::kFloat64);
    expect_vector(x.grad(), {3, 3});
}

std::string name_of_device(const ::testing::TestParamInfo<std::string>& info) {
    return info.param.substr(0, info.param.find(':'));
}

INSTANTIATE_TEST_SUITE_P(Devices,
                         Casts,
                         ::testing::Values("native:0", "primdev:0", "nulldev:0", "sim:0"),
                         name_of_device);

}  // namespace
}  // namespace chainerx::testing
