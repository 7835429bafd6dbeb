// The whole surface on devices with few kernels (primdev), none (nulldev), and asynchronous ones (sim), as on native.
#include <cmath>
#include <complex>

#include <gtest/gtest.h>

#include "core/ops/device_cases.h"
#include "core/test_devices.h"

namespace chainerx::testing {
namespace {

double tolerance_of(DType dtype) {
    switch (dtype) {
        case DType::kFloat16:
            return 2e-3;
        case DType::kBFloat16:
            return 2e-2;
        case DType::kFloat32:
        case DType::kComplex64:
            return 5e-6;
        case DType::kFloat64:
        case DType::kComplex128:
            return 1e-12;
        default:
            return 0;
    }
}

bool is_close(double a, double b, double tolerance) {
    return a == b || (std::isnan(a) && std::isnan(b)) ||
           std::abs(a - b) <= tolerance * (1 + std::abs(b));
}

void expect_same(const Array& actual, const Array& expected) {
    ASSERT_EQ(to_string(actual.shape()), to_string(expected.shape()));
    ASSERT_EQ(dtype_name(actual.dtype()), dtype_name(expected.dtype()));
    std::vector<std::complex<double>> a(static_cast<size_t>(actual.size())), b = a;
    actual.to_device(native()).astype(DType::kComplex128).copy_to_host(a.data());
    expected.astype(DType::kComplex128).copy_to_host(b.data());
    const double tolerance = tolerance_of(actual.dtype());
    for (size_t i = 0; i < a.size(); ++i) {
        ASSERT_TRUE(is_close(a[i].real(), b[i].real(), tolerance) &&
                    is_close(a[i].imag(), b[i].imag(), tolerance))
            << "at " << i << ": " << a[i] << " instead of " << b[i];
    }
}

class OnDevices : public ::testing::TestWithParam<DeviceCase> {
protected:
    static void compare(Device& device) {
        const Results expected = GetParam().run();
        reset_fallback_stats();
        const DeviceScope scope(device);
        const Results actual = GetParam().run();
        ASSERT_EQ(actual.size(), expected.size());
        for (size_t i = 0; i < actual.size(); ++i) {
            SCOPED_TRACE("result " + std::to_string(i));
            EXPECT_EQ(&actual[i].device(), &device);
            expect_same(actual[i], expected[i]);
        }
    }
};

TEST_P(OnDevices, Primitives) {
    primdev();
    compare(primdev());
    for (const FallbackCount& entry : fallback_stats()) {
        if (entry.device != "primdev:0" || entry.step != FallbackStep::kHost) continue;
        EXPECT_TRUE(GetParam().host_ops.count(entry.op) != 0)
            << entry.op << " of " << entry.dtype << " ran on the host";
    }
}

TEST_P(OnDevices, Asynchronous) { compare(sim()); }
TEST_P(OnDevices, NoKernels) { compare(nulldev()); }
TEST_P(OnDevices, AnotherIndex) { compare(native(1)); }

std::string name_of_case(const ::testing::TestParamInfo<DeviceCase>& info) {
    return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Math, OnDevices, ::testing::ValuesIn(math_cases()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Network, OnDevices, ::testing::ValuesIn(network_cases()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Array, OnDevices, ::testing::ValuesIn(array_cases()), name_of_case);

}  // namespace
}  // namespace chainerx::testing
