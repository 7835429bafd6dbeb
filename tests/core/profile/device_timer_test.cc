// Devices with streams time their kernels themselves, where they can.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"
#include "core/profile/profile_checks.h"
#include "core/profile/stream_device.h"

namespace chainerx::testing {
namespace {

using nlohmann::json;

class DeviceTimer : public ::testing::Test {
protected:
    void SetUp() override {
        streamdev_state().has_times = true;
        streamdev_state().is_held = false;
    }
    const Array x_ = floats({1, 2, 3}).to_device(streamdev());
};

TEST_F(DeviceTimer, KernelTimeIsTheDevices) {
    Profile profile;
    x_ + x_;
    x_ + x_;
    EXPECT_EQ(entry_of(profile, "chx.add", streamdev()).kernel_ns, 0) << "nobody has looked yet";

    profile.stop();

    const ProfileEntry add = entry_of(profile, "chx.add", streamdev());
    EXPECT_EQ(add.kernel_ns, 2000);
    EXPECT_EQ(add.kernel_calls, 2u);
    EXPECT_EQ(add.host_ns, add.total_ns) << "enqueueing is the host's time";
}

TEST_F(DeviceTimer, EventsAreUsedAgainAndGivenBack) {
    {
        Profile profile;
        for (int i = 0; i < 5000; ++i) x_ + x_;
        EXPECT_LE(streamdev_state().events, 2 * 1024 + 1);
        EXPECT_GE(entry_of(profile, "chx.add", streamdev()).kernel_ns, 4000 * 1000);
        profile.stop();
        EXPECT_EQ(entry_of(profile, "chx.add", streamdev()).kernel_ns, 5000 * 1000);
    }
    EXPECT_EQ(streamdev_state().events, 0);
}

TEST_F(DeviceTimer, NobodyWaitsBeforeTheEnd) {
    streamdev_state().is_held = true;
    Profile profile;
    for (int i = 0; i < 3000; ++i) x_ + x_;
    EXPECT_EQ(entry_of(profile, "chx.add", streamdev()).kernel_ns, 0);

    profile.stop();

    EXPECT_EQ(entry_of(profile, "chx.add", streamdev()).kernel_ns, 3000 * 1000);
}

TEST_F(DeviceTimer, WithoutTimesItIsTheTimeToEnqueue) {
    streamdev_state().has_times = false;
    Profile profile;
    x_ + x_;
    profile.stop();

    const ProfileEntry add = entry_of(profile, "chx.add", streamdev());
    EXPECT_EQ(add.host_ns + add.kernel_ns, add.total_ns);
    EXPECT_EQ(streamdev_state().events, 0);
}

TEST_F(DeviceTimer, StreamsAreThreadsOfTheTrace) {
    Profile profile;
    x_ + x_;
    {
        Stream stream(streamdev());
        const StreamScope scope(stream);
        x_ + x_;
        x_ + x_;
    }
    profile.stop();

    const json trace = json::parse(profile.chrome_trace());

    std::map<int64_t, std::string> names;
    std::map<std::string, std::vector<json>> kernels;
    for (const json& event : trace.at("traceEvents")) {
        if (event.at("name") == "thread_name") names[event.at("tid")] = event.at("args").at("name");
        if (event.value("cat", "") == "device") kernels[names[event.at("tid")]].push_back(event);
    }
    ASSERT_EQ(kernels["streamdev:0 default stream"].size(), 1u);
    ASSERT_EQ(kernels["streamdev:0 stream 2"].size(), 2u);
    const json& second = kernels["streamdev:0 stream 2"][1];
    EXPECT_EQ(second.at("name"), "chx.add");
    EXPECT_EQ(second.at("dur"), 1.0);
    EXPECT_EQ(second.at("args").at("shapes"), json::parse("[[3],[3]]"));
    EXPECT_NEAR(second.at("ts").get<double>(),
                kernels["streamdev:0 stream 2"][0].at("ts").get<double>() + 1.0,
                1e-6);
}

}  // namespace
}  // namespace chainerx::testing
