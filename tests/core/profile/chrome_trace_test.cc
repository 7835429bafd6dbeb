// The trace is JSON whose events nest as the calls did.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"
#include "core/test_devices.h"

namespace chainerx::testing {
namespace {

using nlohmann::json;

// Complete events of a category, in order.
std::vector<json> events_of(const json& trace, const std::string& category) {
    std::vector<json> found;
    for (const json& event : trace.at("traceEvents")) {
        if (event.at("ph") == "X" && event.at("cat") == category) found.push_back(event);
    }
    return found;
}

// In nanoseconds, as the times were before they were written in microseconds.
int64_t begin_of(const json& event) { return std::llround(event.at("ts").get<double>() * 1000); }
int64_t end_of(const json& event) {
    return begin_of(event) + std::llround(event.at("dur").get<double>() * 1000);
}
bool is_inside(const json& inner, const json& outer) {
    return begin_of(outer) <= begin_of(inner) && end_of(inner) <= end_of(outer);
}

TEST(ChromeTrace, KernelsAreInsideOfOps) {
    const Array x = zeros({4, 3}, DType::kFloat32);
    const Profile profile;
    x + zeros({3}, DType::kFloat32);

    const json trace = json::parse(profile.chrome_trace());

    const std::vector<json> ops = events_of(trace, "op"), kernels = events_of(trace, "kernel");
    ASSERT_EQ(ops.size(), 2u);
    ASSERT_EQ(kernels.size(), 2u);
    EXPECT_EQ(ops[1].at("name"), "chx.add");
    EXPECT_EQ(ops[1].at("args").at("device"), "native:0");
    EXPECT_EQ(ops[1].at("args").at("shapes"), json::parse("[[4,3],[3]]"));
    EXPECT_EQ(kernels[1].at("name"), "chx.add");
    const json& args = kernels[1].at("args");
    EXPECT_EQ(args.at("plugin"), "native");
    EXPECT_EQ(args.at("shapes"), json::parse("[[4,3],[4,3]]"));
    EXPECT_EQ(args.at("dtypes"), json::parse(R"(["float32","float32"])"));
    EXPECT_EQ(args.at("output_shapes"), json::parse("[[4,3]]"));
    EXPECT_EQ(args.at("bytes"), 27 * 4);
    EXPECT_TRUE(is_inside(kernels[1], ops[1]));
    EXPECT_FALSE(is_inside(kernels[1], ops[0]));
    EXPECT_EQ(kernels[1].at("pid"), ops[1].at("pid"));
    EXPECT_EQ(kernels[1].at("tid"), ops[1].at("tid"));
}

TEST(ChromeTrace, OptionalOperandsAreNull) {
    const Array x = zeros({1, 1, 4, 4}), w = zeros({1, 1, 3, 3});
    const Profile profile;
    conv(x, w);

    const json trace = json::parse(profile.chrome_trace());

    const json args = events_of(trace, "op").at(0).at("args");
    EXPECT_EQ(args.at("shapes").back(), nullptr);
    EXPECT_EQ(args.at("dtypes").back(), nullptr);
}

TEST(ChromeTrace, FallbackStepsAndTransfersAreInsideOfTheirOp) {
    const Array x = floats({1, 2, 3}).to_device(nulldev());
    const Profile profile;
    x + x;

    const json trace = json::parse(profile.chrome_trace());

    const std::vector<json> ops = events_of(trace, "op");
    ASSERT_EQ(ops.size(), 2u);
    EXPECT_EQ(ops[0].at("args").at("fallback"), "host");
    EXPECT_FALSE(ops[1].at("args").contains("fallback"));
    EXPECT_TRUE(is_inside(ops[1], ops[0]));
    const std::vector<json> transfers = events_of(trace, "transfer");
    ASSERT_EQ(transfers.size(), 3u);
    for (const json& transfer : transfers) {
        EXPECT_TRUE(is_inside(transfer, ops[0]));
        EXPECT_EQ(transfer.at("args").at("bytes"), 12);
    }
    EXPECT_EQ(transfers[2].at("args").at("device"), "native:0 -> nulldev:0");
}

TEST(ChromeTrace, BackwardPassesAndRegionsAreAround) {
    const Array x = doubles({1, 2}).require_grad();
    const Array y = sum(exp(x));
    const Profile profile;
    {
        const ProfileRegion region("a \"name\" \xff\n");
        y.backward();
    }

    const json trace = json::parse(profile.chrome_trace());

    const json region = events_of(trace, "region").at(0);
    const json pass = events_of(trace, "backward").at(0);
    EXPECT_EQ(region.at("name"), "a \"name\" \xef\xbf\xbd\n");
    EXPECT_TRUE(is_inside(pass, region));
    EXPECT_FALSE(events_of(trace, "op").empty());
    for (const json& op : events_of(trace, "op")) EXPECT_TRUE(is_inside(op, pass));
}

TEST(ChromeTrace, WhatIsUnderWayIsLeftOut) {
    Profile profile;
    const ProfileRegion region("open");

    EXPECT_TRUE(events_of(json::parse(profile.chrome_trace()), "region").empty());
    profile.stop();
    EXPECT_EQ(events_of(json::parse(profile.chrome_trace()), "region").size(), 1u);
}

TEST(ChromeTrace, SaysWhatFoundNoRoom) {
    const Array x = zeros({4});
    ProfileOptions options;
    options.max_events = 2;
    const Profile profile(options);
    x + x;
    x + x;

    const json trace = json::parse(profile.chrome_trace());

    EXPECT_EQ(trace.at("traceEvents").size(), 3u) << "with one that names the process";
    EXPECT_EQ(trace.at("otherData").at("dropped_events"), 2);
}

TEST(ChromeTrace, IsWrittenToAFile) {
    const Array x = zeros({4});
    Profile profile;
    for (int i = 0; i < 1000; ++i) x + x;  // more than one piece
    profile.stop();
    const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "trace.json";

    profile.write_chrome_trace(path.string());

    std::ifstream file(path);
    EXPECT_EQ(json::parse(file), json::parse(profile.chrome_trace()));
    std::filesystem::remove(path);
    EXPECT_THROW(profile.write_chrome_trace("/nowhere/trace.json"), ValueError);
}

}  // namespace
}  // namespace chainerx::testing
