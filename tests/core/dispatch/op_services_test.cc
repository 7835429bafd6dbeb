// What the ladder says of where ops run, compared with where they then run.
#include <map>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/dispatch/fallback_checks.h"
#include "core/test_devices.h"

namespace chainerx::testing {
namespace {

std::map<std::string, OpService> of_float32(Device& device) {
    std::map<std::string, OpService> services;
    for (OpService& service : op_services(device)) {
        if (service.dtype == "float32") services.emplace(service.op, std::move(service));
    }
    return services;
}

TEST(OpServices, NativeHasKernelsOrParts) {
    for (const OpService& service : op_services(native())) {
        SCOPED_TRACE(service.op + " of " + service.dtype);
        EXPECT_TRUE(service.rung == ServiceRung::kKernel ||
                    service.rung == ServiceRung::kDecomposition ||
                    service.rung == ServiceRung::kNone);
        EXPECT_EQ(service.by.empty(), service.rung == ServiceRung::kNone);
    }
    const OpService add = of_float32(native()).at("chx.add");
    EXPECT_EQ(add.rung, ServiceRung::kKernel);
    EXPECT_EQ(add.by, std::vector<std::string>{"native"});
}

TEST(OpServices, PrimitivesCarryTheRest) {
    const std::map<std::string, OpService> services = of_float32(primdev());
    EXPECT_EQ(services.at("chx.add").rung, ServiceRung::kDecomposition);
    EXPECT_EQ(services.at("chx.add").by, std::vector<std::string>{"chx.fused_elementwise"});
    EXPECT_EQ(services.at("chx.matmul").rung, ServiceRung::kKernel);
    EXPECT_EQ(services.at("chx.nonzero").rung, ServiceRung::kHost);
    EXPECT_EQ(services.at("primdev.affine").rung, ServiceRung::kKernel);
}

TEST(OpServices, SayWhatThenHappens) {
    for (Device* device : {&native(), &primdev(), &nulldev()}) {
        SCOPED_TRACE(device->name());
        const OpService tanh_service = of_float32(*device).at("chx.tanh");
        const Array x = ones({3}, DType::kFloat32, device);
        reset_fallback_stats();
        tanh(x);
        EXPECT_EQ(count_of("chx.tanh", *device, FallbackStep::kDecomposed) != 0,
                  tanh_service.rung == ServiceRung::kDecomposition);
        EXPECT_EQ(count_of("chx.tanh", *device, FallbackStep::kHost) != 0,
                  tanh_service.rung == ServiceRung::kHost);
    }
}

}  // namespace
}  // namespace chainerx::testing
