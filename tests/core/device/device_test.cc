// Devices: their names, how they are found, the default one, and moving arrays between them.
#include "chainerx/device.h"

#include <thread>

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"
#include "core/plugin/expect_error.h"
#include "core/test_devices.h"

namespace chainerx::testing {
namespace {

using internal::expect_contains;
using internal::message_of;

TEST(Device, HasANameAndABackend) {
    Device& device = get_device("native:1");
    EXPECT_EQ(device.name(), "native:1");
    EXPECT_EQ(device.index(), 1);
    EXPECT_EQ(device.backend().name(), "native");
    EXPECT_FALSE(device.description().empty());
    EXPECT_EQ(primdev(1).description(), "primdev 1: the primitive set");
}

TEST(Device, IsOneObjectPerName) {
    EXPECT_EQ(&get_device("native"), &get_device("native:0"));
    EXPECT_EQ(&get_device("native", 1), &get_device("native:1"));
    EXPECT_NE(&get_device("native:0"), &get_device("native:1"));
    EXPECT_EQ(&get_backend("native").device(1), &get_device("native:1"));
}

TEST(Device, UnknownOnesAreErrors) {
    for (const char* name : {"native:",
                             "native:x",
                             "native:1x",
                             "native:-",
                             ":0",
                             "native:1:2",
                             "native:99999999999"}) {
        expect_contains(message_of<DeviceError>([&] { get_device(name); }),
                        "expected 'backend' or 'backend:index'");
    }
    primdev();
    EXPECT_EQ(get_backend("primdev").device_count(), 2);
    expect_contains(message_of<DeviceError>([] { get_device("primdev:2"); }),
                    "backend 'primdev' has 2 devices");
    EXPECT_THROW(get_device("primdev:-1"), DeviceError);
    expect_contains(message_of<BackendError>([] { get_device("warpdrive:0"); }), "warpdrive");
    EXPECT_THROW(get_backend("warpdrive"), BackendError);
}

TEST(DefaultDevice, IsNativeUnlessSet) {
    EXPECT_EQ(get_default_device().name(), "native:0");
    EXPECT_EQ(zeros({1}).device().name(), "native:0");
    set_default_device(&get_device("native:1"));
    EXPECT_EQ(zeros({1}).device().name(), "native:1");
    EXPECT_EQ((zeros({1}) + 1).device().name(), "native:1");
    std::thread([] {
        EXPECT_EQ(get_default_device().name(), "native:0") << "it is the thread's own";
    }).join();
    set_default_device(nullptr);
    EXPECT_EQ(get_default_device().name(), "native:0");
}

TEST(DefaultDevice, ScopesNest) {
    {
        const DeviceScope outer(nulldev());
        EXPECT_EQ(arange(3).device().name(), "nulldev:0");
        {
            const DeviceScope inner("native:1");
            EXPECT_EQ(&get_default_device(), &native(1));
        }
        EXPECT_EQ(&get_default_device(), &nulldev());
        EXPECT_THROW(DeviceScope("native:99"), DeviceError);
        EXPECT_EQ(&get_default_device(), &nulldev());
    }
    EXPECT_EQ(&get_default_device(), &native());
}

TEST(ToDevice, BetweenAnyTwo) {
    Device* const devices[] = {
        &native(0), &native(1), &nulldev(0), &nulldev(1), &primdev(0), &primdev(1)};
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3});
    for (Device* from : devices) {
        const Array there = x.to_device(*from);
        EXPECT_EQ(&there.device(), from);
        EXPECT_TRUE(there.to_device(*from).is_same(there)) << "nothing to do";
        for (Device* to : devices) {
            SCOPED_TRACE(from->name() + " to " + to->name());
            const Array moved = there.to_device(*to);
            EXPECT_EQ(&moved.device(), to);
            EXPECT_EQ(moved.dtype(), DType::kFloat64);
            expect_array(moved, {2, 3}, {1, 2, 3, 4, 5, 6});
            const Array strided = transpose(there).at({Slice{{}, {}, 2}}).to_device(to->name());
            expect_array(strided, {2, 2}, {1, 4, 3, 6});
            EXPECT_EQ(zeros({0, 3}, {}, from).to_device(*to).shape(), DimsView({0, 3}));
        }
    }
}

TEST(ToDevice, CopiesShareNothing) {
    const Array x = doubles({1, 2});
    const Array other = x.to_device("native:1");
    other += Scalar(1);
    expect_vector(x, {1, 2});
}

TEST(ToDevice, OperandsMustLiveTogether) {
    const Array x = doubles({1, 2});
    for (Device* device : {&native(1), &nulldev(), &primdev(), &sim()}) {
        const std::string text = message_of<DeviceError>([&] { x + x.to_device(*device); });
        expect_contains(text, "add: float64 (2,), float64 (2,)");
        expect_contains(text, "native:0 and " + device->name());
        EXPECT_THROW(x += x.to_device(*device), DeviceError);
        EXPECT_THROW(concatenate({x, x.to_device(*device)}), DeviceError);
    }
}

TEST(HostAccess, IsAsTheDeviceSays) {
    EXPECT_TRUE(doubles({1}).is_host_accessible());
    for (Device* device : {&nulldev(), &primdev(), &sim()}) {
        const Array x = doubles({1.5}).to_device(*device);
        EXPECT_FALSE(x.is_host_accessible());
        EXPECT_NE(x.raw_data(), nullptr);
        expect_contains(message_of<DeviceError>([&] { x.data(); }),
                        "can't be addressed by the host");
        EXPECT_EQ(static_cast<double>(x.item()), 1.5);
        EXPECT_EQ(x.to_string(),
                  "array([1.5], shape=(1,), dtype=float64, device='" + device->name() + "')");
    }
}

TEST(Synchronize, WaitsWhereThereIsSomethingToWaitFor) {
    for (Device* device : {&native(), &nulldev(), &primdev()}) {
        EXPECT_NO_THROW(device->synchronize());
        EXPECT_THROW(Stream{*device}, NotImplementedError) << "none of them has streams";
    }
}

}  // namespace
}  // namespace chainerx::testing
