// Tests of what manifests require of the system.
#include "plugin/plugin_requirements.h"

#include <gtest/gtest.h>

#include "chainerx/error.h"
#include "expect_error.h"
#include "plugin/plugin_registry.h"
#include "test_folders.h"

namespace chainerx::internal {
namespace {

TEST(PluginRequirements, WhatIsHereIsNotMissing) {
    const PluginRequirements requirements{"2.17", {{"libc.so.6", ""}, {"libstdc++.so.6", ""}}};
    EXPECT_TRUE(missing_requirements(requirements).empty());
}

TEST(PluginRequirements, WhatIsNotLoadedIsFoundInTheLoadersCache) {
    // Of every glibc system, and needed by nothing here.
    EXPECT_TRUE(missing_requirements({"", {{"libnss_dns.so.2", ""}}}).empty() ||
                missing_requirements({"", {{"libBrokenLocale.so.1", ""}}}).empty());
}

TEST(PluginRequirements, WhatIsMissingIsTold) {
    const auto missing = missing_requirements(
        {"99.1", {{"libnonesuch.so.9", "install nonesuch"}, {"libc.so.6", ""}}});

    ASSERT_EQ(missing.size(), 2u);
    expect_contains(missing[0], "glibc 99.1, while this system has 2.");
    EXPECT_EQ(missing[1], "libnonesuch.so.9, which the loader does not find: install nonesuch");
}

// A copy of a test plugin with a manifest that requires what there is not.
std::filesystem::path demanding(const TemporaryFolder& folder, const char* kind) {
    std::filesystem::copy_file(plugin_library(kind), folder.path() / (std::string(kind) + ".so"));
    std::string text = manifest_text(kind, std::string(kind) + ".so");
    text.back() = ',';
    return folder.write(
        std::string(kind) + ".chx.json",
        text + R"("requires": {"libs": [{"soname": "libflux.so.3", "hint": "install flux"}]}})");
}

TEST(PluginRequirements, AFailureIsExplainedByThem) {
    for (const char* kind : {"unavailable", "unresolved"}) {
        const TemporaryFolder folder;
        const std::string manifest = demanding(folder, kind);
        PluginRegistry registry([] { return SearchSettings(); });
        expect_contains(message_of<BackendError>([&] { registry.load(manifest); }),
                        "its manifest requires libflux.so.3, which the loader does not find: "
                        "install flux");
    }
}

TEST(PluginRequirements, APluginThatWorksWithoutIsReportedOnly) {
    const TemporaryFolder folder;
    const std::string manifest = demanding(folder, "nulldev");
    PluginRegistry registry([] { return SearchSettings(); });

    registry.load(manifest);

    const DoctorReport report = registry.report(DoctorDepth::kManifests);
    ASSERT_EQ(report.plugins.size(), 1u);
    EXPECT_EQ(report.plugins[0].state, PluginState::kLoaded);
    expect_contains(doctor_text(report),
                    "missing      libflux.so.3, which the loader does not find: install flux");
}

}  // namespace
}  // namespace chainerx::internal
