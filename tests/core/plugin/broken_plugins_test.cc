// Each plugin built to misbehave gives an error that says why, and hurts nobody else.
#include <gtest/gtest.h>

#include "chainerx/error.h"
#include "expect_error.h"
#include "plugin/plugin_registry.h"
#include "test_folders.h"

namespace chainerx::internal {
namespace {

struct BrokenPlugin {
    const char* kind;
    std::vector<const char*> fragments;
};

void PrintTo(const BrokenPlugin& plugin, std::ostream* out) { *out << plugin.kind; }

class BrokenPluginTest : public testing::TestWithParam<BrokenPlugin> {
protected:
    PluginRegistry registry_{[] { return settings_for({GetParam().kind, "nulldev"}); }};
};

TEST_P(BrokenPluginTest, IsDescribedAndRemembered) {
    const auto require = [&] { registry_.require_device(GetParam().kind); };

    const std::string text = message_of<PluginError>(require);

    expect_contains(text, std::string("backend '") + GetParam().kind + "'");
    expect_contains(text, plugin_folder(GetParam().kind).string());
    expect_contains(text, "CHAINERX_PLUGIN_PATH");
    for (const char* fragment : GetParam().fragments) {
        expect_contains(text, fragment);
    }
    EXPECT_EQ(message_of<PluginError>(require), text);
    EXPECT_EQ(registry_.find_device(GetParam().kind), nullptr);
}

TEST_P(BrokenPluginTest, LeavesOtherDevicesAlone) {
    EXPECT_EQ(registry_.find_device(GetParam().kind), nullptr);

    EXPECT_EQ(registry_.require_device("nulldev").name, "nulldev");
    EXPECT_EQ(registry_.names(PluginRegistry::Kind::kDevices),
              (std::vector<std::string>{"nulldev"}));
}

TEST_P(BrokenPluginTest, ShowsInTheReport) {
    const DoctorReport report = registry_.report(DoctorDepth::kLoadAll);

    ASSERT_EQ(report.plugins.size(), 2u);
    EXPECT_EQ(report.plugins[0].state, PluginState::kFailed);
    EXPECT_EQ(report.plugins[1].state, PluginState::kLoaded);
    for (const char* fragment : GetParam().fragments) {
        expect_contains(report.plugins[0].reason, fragment);
    }
}

TEST_P(BrokenPluginTest, CanNotBeLoadedExplicitlyEither) {
    const std::string text =
        message_of<PluginError>([&] { registry_.load(plugin_manifest(GetParam().kind)); });

    for (const char* fragment : GetParam().fragments) {
        expect_contains(text, fragment);
    }
}

INSTANTIATE_TEST_SUITE_P(
    All,
    BrokenPluginTest,
    testing::Values(
        BrokenPlugin{"missing_symbol", {"does not export chx_plugin_query_v0"}},
        BrokenPlugin{"newer_symbol", {"ABI major 1", "chx_plugin_query_v1", "speaks 0"}},
        BrokenPlugin{"truncated", {"can't be loaded: ", "truncated.so: cannot read file data"}},
        BrokenPlugin{"truncated_late", {"truncated: it has 6000 bytes"}},
        BrokenPlugin{"library_missing", {"library_missing.so", "No such file or directory"}},
        BrokenPlugin{"abi_major", {"built for ABI 7.1", "this ChainerX speaks 0.1"}},
        BrokenPlugin{"layout_hash", {"another layout of ABI 0.1", "hash 0x", "rebuild"}},
        BrokenPlugin{"wrong_magic", {"magic 0x12345678", "expected magic 0x50584843"}},
        BrokenPlugin{"needs_newer_host", {"needs ABI 0.4 or newer", "speaks 0.1"}},
        BrokenPlugin{"null_query", {"declined to serve ABI 0.1"}},
        BrokenPlugin{"create_text", {"CHX_E_INTERNAL", "the flux capacitor is empty"}},
        BrokenPlugin{"create_silent", {"CHX_E_OOM", "gave no reason"}},
        BrokenPlugin{"missing_tier_0", {"lacks copy, sync;"}},
        BrokenPlugin{"short_api", {"lacks device_count, device_open"}},
        BrokenPlugin{"partial_tier_1", {"lacks stream_create, stream_destroy, stream_wrap_native"}},
        BrokenPlugin{"wrong_name", {"calls itself \"somebody_else\"", "says \"wrong_name\""}},
        BrokenPlugin{"unresolved", {"undefined symbol: chx_test_function_that_does_not_exist"}}),
    [](const auto& info) { return std::string(info.param.kind); });

TEST(BrokenManifest, OfAnotherAbiMajorIsNotLoaded) {
    PluginRegistry registry([] { return settings_for({"manifest_abi_major"}); });

    const std::string text =
        message_of<BackendError>([&] { registry.require_device("manifest_abi_major"); });

    expect_contains(text, "built for ABI 9.1");
    expect_contains(text, "speaks 0.1");
}

TEST(BrokenManifest, OfTheFutureIsRefused) {
    PluginRegistry registry([] { return settings_for({"manifest_future"}); });

    expect_contains(message_of<BackendError>([&] { registry.require_device("manifest_future"); }),
                    "manifest_version 99 is newer than 1");
}

TEST(BrokenManifest, ThatIsNoJsonIsNamed) {
    PluginRegistry registry([] { return settings_for({"invalid_json"}); });

    const std::string text =
        message_of<BackendError>([&] { registry.require_device("invalid_json"); });

    expect_contains(text, "invalid_json.chx.json: failed: the manifest is not valid JSON");
}

TEST(UnavailablePlugin, IsNoDefect) {
    PluginRegistry registry([] { return settings_for({"unavailable"}); });
    std::string text;

    try {
        registry.require_device("unavailable");
    } catch (const PluginError&) {
        FAIL() << "a missing driver is not the plugin's fault";
    } catch (const BackendError& error) {
        text = error.what();
    }

    expect_contains(text, "CHX_E_UNAVAILABLE: libflux.so.3: no such driver");
}

}  // namespace
}  // namespace chainerx::internal
