// What a profile counts: calls, bytes, kernels and steps down the ladder, of its own thread and while it is on.
#include <atomic>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/dispatch/fallback_checks.h"
#include "core/ops/array_checks.h"
#include "core/profile/profile_checks.h"
#include "core/test_devices.h"

namespace chainerx::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Profile, CountsCallsKernelsAndBytes) {
    const Array x = zeros({4, 3}, DType::kFloat32);
    const Array row = zeros({3}, DType::kFloat32);
    const Profile profile;

    const Array y = x + x;
    const Array z = x + row;
    const Array s = sum(x, Axes{0});

    const ProfileEntry add = entry_of(profile, "chx.add", native());
    EXPECT_EQ(add.kind, ProfileKind::kOp);
    EXPECT_EQ(add.calls, 2u);
    EXPECT_EQ(add.kernel_calls, 2u);
    EXPECT_EQ(add.bytes, (12 + 12 + 12 + 12 + 3 + 12) * 4u)
        << "a row that is broadcast is read once";
    EXPECT_EQ(add.adapted + add.decomposed + add.on_host, 0u);
    EXPECT_EQ(entry_of(profile, "chx.sum", native()).bytes, (12 + 3) * 4u);
}

TEST(Profile, NumbersAreNoMemory) {
    const Array x = zeros({4}, DType::kFloat32);
    const Profile profile;

    const Array y = x * 2.0;
    const Array z = full({5}, 1, DType::kInt64);

    EXPECT_EQ(entry_of(profile, "chx.multiply", native()).bytes, 32u);
    EXPECT_EQ(entry_of(profile, "chx.fill", native()).calls, 1u);
    EXPECT_EQ(entry_of(profile, "chx.fill", native()).bytes, 40u);
}

TEST(Profile, SeesCallsInPlace) {
    const Array x = zeros({4}, DType::kFloat32);
    const Array halves = full({2, 4}, 0.5, DType::kFloat64);
    const Profile profile;

    x += x;
    x += halves.at({0});

    EXPECT_EQ(entry_of(profile, "chx.add", native()).calls, 2u);
}

TEST(Profile, CastsAreNestedInTheCallThatNeedsThem) {
    const Array x = zeros({4}, DType::kFloat32);
    const Array y = zeros({4}, DType::kFloat64);
    const Profile profile;

    const Array z = x + y;

    EXPECT_EQ(entry_of(profile, "chx.add", native()).calls, 1u);
    EXPECT_EQ(entry_of(profile, "chx.copy", native()).calls, 1u);
}

TEST(Profile, TimesAddUp) {
    const Array x = doubles({1, 2, 3}).require_grad();
    Profile profile;
    sum(exp(x)).backward();
    profile.stop();

    int64_t own = 0;
    for (const ProfileEntry& entry : profile.summary()) {
        EXPECT_LE(entry.host_ns + entry.kernel_ns, entry.total_ns) << entry.name;
        EXPECT_GE(entry.host_ns, 0) << entry.name;
        own += entry.host_ns + entry.kernel_ns;
    }
    const int64_t outermost = entry_of(profile, "backward", "").total_ns +
                              entry_of(profile, "chx.exp", native()).total_ns +
                              entry_of(profile, "chx.sum", native()).total_ns;
    EXPECT_LE(own, profile.total_ns());
    EXPECT_GE(own, entry_of(profile, "backward", "").total_ns);
    EXPECT_GE(outermost, own);
}

TEST(Profile, SummaryIsByDescendingTime) {
    const Array x = zeros({64, 64});
    const Profile profile;
    matmul(x, x) + x;

    const std::vector<ProfileEntry> entries = profile.summary();

    ASSERT_EQ(entries.size(), 2u);
    EXPECT_GE(entries[0].total_ns, entries[1].total_ns);
}

TEST(Profile, StepsDownTheLadderAreTheOps) {
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3}).to_device(primdev());
    const Profile profile;

    const Array adapted = sum(transpose(x), Axes{0});
    const Array decomposed = x * 2;

    EXPECT_EQ(entry_of(profile, "chx.sum", primdev()).adapted, 1u);
    const ProfileEntry multiply = entry_of(profile, "chx.multiply", primdev());
    EXPECT_EQ(multiply.decomposed, 1u);
    EXPECT_EQ(multiply.kernel_calls, 0u);
    const ProfileEntry fused = entry_of(profile, "chx.fused_elementwise", primdev());
    EXPECT_EQ(fused.calls, 1u);
    EXPECT_EQ(fused.kernel_calls, 1u);
}

TEST(Profile, StepsToTheHostAreCountedAndNestTheHostsOwnCall) {
    const Array x = floats({1, 2, 3}).to_device(nulldev());
    const Profile profile;

    const Array y = x + x;

    const ProfileEntry there = entry_of(profile, "chx.add", nulldev());
    EXPECT_EQ(there.calls, 1u);
    EXPECT_EQ(there.on_host, 1u);
    EXPECT_EQ(there.kernel_calls, 0u);
    const ProfileEntry here = entry_of(profile, "chx.add", native());
    EXPECT_EQ(here.calls, 1u);
    EXPECT_EQ(here.kernel_calls, 1u);
    EXPECT_GE(there.total_ns, here.total_ns);
    EXPECT_EQ(entry_of(profile, "transfer", "nulldev:0 -> native:0").bytes, 24u);
    EXPECT_EQ(entry_of(profile, "transfer", "native:0 -> nulldev:0").bytes, 12u);
}

TEST(Profile, TransfersAreCountedBetweenMemoriesOnly) {
    const Array x = floats({1, 2, 3});
    const Profile profile;

    const Array there = x.to_device(primdev());
    values_of(there);
    values_of(x);
    const Array same = x.to_device(native());

    EXPECT_EQ(entry_of(profile, "transfer", "native:0 -> primdev:0").bytes, 12u);
    EXPECT_EQ(entry_of(profile, "transfer", "primdev:0 -> host").calls, 1u);
    EXPECT_EQ(entry_of(profile, "transfer", "native:0 -> host").calls, 0u);
}

TEST(Profile, BackwardPassesAreCounted) {
    const Array x = doubles({1, 2}).require_grad();
    const Profile profile;

    sum(x * x).backward();
    grad({sum(x * x)}, {x});

    const ProfileEntry pass = entry_of(profile, "backward", "");
    EXPECT_EQ(pass.kind, ProfileKind::kBackward);
    EXPECT_EQ(pass.calls, 2u);
    EXPECT_GT(entry_of(profile, "chx.multiply", native()).calls, 2u)
        << "gradients are calls like others";
}

TEST(Profile, RegionsAreNamed) {
    const Array x = zeros({4});
    const ProfileRegion before("unseen");
    const Profile profile;
    {
        const ProfileRegion outer("step");
        const ProfileRegion inner("forward");
        x + x;
    }

    EXPECT_EQ(entry_of(profile, "step", "").kind, ProfileKind::kRegion);
    EXPECT_EQ(entry_of(profile, "step", "").calls, 1u);
    EXPECT_EQ(entry_of(profile, "step", "").host_ns, 0);
    EXPECT_GE(entry_of(profile, "forward", "").total_ns,
              entry_of(profile, "chx.add", native()).total_ns);
    EXPECT_EQ(entry_of(profile, "unseen", "").calls, 0u);
}

TEST(Profile, ARegionThatBeganEarlierEndsUnseen) {
    auto region = std::make_unique<ProfileRegion>("early");
    Profile profile;
    region.reset();
    zeros({4}) + zeros({4});

    EXPECT_EQ(entry_of(profile, "chx.add", native()).calls, 1u);
    EXPECT_EQ(entry_of(profile, "early", "").calls, 0u);
}

TEST(Profile, WhatIsUnderWayEndsWithIt) {
    auto profile = std::make_unique<Profile>();
    const ProfileRegion region("open");
    EXPECT_EQ(entry_of(*profile, "open", "").calls, 0u);

    profile->stop();

    EXPECT_EQ(entry_of(*profile, "open", "").calls, 1u);
    profile.reset();
}

TEST(Profile, FailedCallsEnd) {
    const Array x = zeros({4}), wrong = zeros({3});
    const Array there = floats({1, 2}).to_device(nulldev());
    const FallbackModeScope strict(FallbackMode::kError);
    const Profile profile;

    EXPECT_THROW(x + wrong, DimensionError);
    EXPECT_THROW(there + there, FallbackError);
    const Array y = x + x;

    const ProfileEntry add = entry_of(profile, "chx.add", native());
    EXPECT_EQ(add.calls, 2u);
    EXPECT_EQ(add.kernel_calls, 1u);
    EXPECT_EQ(entry_of(profile, "chx.add", nulldev()).calls, 1u);
    EXPECT_EQ(entry_of(profile, "chx.add", nulldev()).on_host, 0u);
}

TEST(Profile, EndsWithItsScope) {
    const Array x = zeros({4});
    EXPECT_THROW(
        {
            const Profile lost;
            x + x;
            throw std::runtime_error("out of the scope");
        },
        std::runtime_error);
    Profile profile;
    x + x;
    profile.stop();
    profile.stop();
    const int64_t total = profile.total_ns();

    x + x;

    EXPECT_EQ(entry_of(profile, "chx.add", native()).calls, 1u);
    EXPECT_EQ(profile.total_ns(), total);
}

TEST(Profile, Nests) {
    const Array x = zeros({4});
    const Profile outer;
    x + x;
    {
        const Profile inner;
        x + x;
        EXPECT_EQ(entry_of(inner, "chx.add", native()).calls, 1u);
    }
    x + x;

    EXPECT_EQ(entry_of(outer, "chx.add", native()).calls, 3u);
}

TEST(Profile, OtherThreadsAreNotSeenAndMayReadOnceItIsStopped) {
    const Array x = zeros({4});
    Profile profile;

    std::thread([&] {
        x + x;
        EXPECT_THROW(profile.summary(), ChainerxError);
        EXPECT_THROW(profile.stop(), ChainerxError);
    }).join();
    EXPECT_TRUE(profile.summary().empty());
    x - x;
    profile.stop();

    std::thread([&] { EXPECT_EQ(entry_of(profile, "chx.subtract", native()).calls, 1u); }).join();
}

TEST(Profile, ItsEndOnAnotherThreadDoesNoHarm) {
    auto profile = std::make_unique<Profile>();
    std::thread([&] { profile.reset(); }).join();
    const Array x = zeros({4}, DType::kInt32);

    expect_array(x + x, {4}, {0, 0, 0, 0});
}

TEST(Profile, StorageIsBounded) {
    const Array x = zeros({4});
    ProfileOptions options;
    options.max_events = 3;
    const Profile profile(options);

    for (int i = 0; i < 5; ++i) x + x;

    EXPECT_EQ(profile.event_count(), 3u);
    EXPECT_EQ(profile.dropped_event_count(), 7u);
    EXPECT_EQ(entry_of(profile, "chx.add", native()).calls, 5u);
    EXPECT_THAT(profile.table(), HasSubstr("the first 3 events; 7 more"));
}

TEST(Profile, TheTableIsAligned) {
    const Array x = floats({1, 2, 3}).to_device(nulldev());
    const Profile profile;
    const ProfileRegion region("open");
    {
        const ProfileRegion step("step 1");
        x + x;
    }

    const std::string table = profile.table();

    EXPECT_THAT(table, HasSubstr("op "));
    EXPECT_THAT(table, HasSubstr("region step 1"));
    EXPECT_THAT(table, HasSubstr("nulldev:0 -> native:0"));
    EXPECT_THAT(table, HasSubstr("1 host\n"));
    EXPECT_THAT(table, HasSubstr("36 B"));
    EXPECT_THAT(table, HasSubstr("profiled"));
    EXPECT_THAT(table, Not(HasSubstr("room")));
    const size_t column = table.find("device");
    EXPECT_EQ(table.find("nulldev:0", table.find("\nchx.add")) - table.find("\nchx.add") - 1,
              column);
}

TEST(Profile, AnEmptyOneHasATable) {
    const Profile profile;

    EXPECT_TRUE(profile.summary().empty());
    EXPECT_THAT(profile.table(), HasSubstr("sum"));
}

}  // namespace
}  // namespace chainerx::testing
