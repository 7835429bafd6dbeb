// Tests of reading manifests.
#include "plugin/plugin_manifest.h"

#include <gtest/gtest.h>

#include "chainerx/error.h"
#include "expect_error.h"
#include "test_folders.h"

namespace chainerx::internal {
namespace {

std::string read_failure(const std::string& text) {
    const TemporaryFolder folder;
    const auto path = folder.write("acme.chx.json", text);
    return message_of<PluginError>([&] { read_plugin_manifest(path); });
}

TEST(PluginManifest, ReadsEveryField) {
    const TemporaryFolder folder;
    const auto path = folder.write("acme.chx.json", R"({
        "manifest_version": 1, "name": "acme", "version": "2.5", "library": "../lib/acme.so",
        "abi": {"major": 0, "minor": 1, "minor_required": 1}, "kernels_for": "host",
        "devices": ["acme", "acme2"], "description": "fast", "vendor_extra": 7,
        "requires": {"glibc": "2.17", "libs": [{"soname": "libacme.so.2", "hint": "get it"}], "moon": "full"}})");

    const PluginManifest manifest = read_plugin_manifest(path);

    EXPECT_EQ(manifest.name, "acme");
    EXPECT_EQ(manifest.version, "2.5");
    EXPECT_EQ(manifest.library, folder.path().parent_path() / "lib/acme.so");
    EXPECT_EQ(manifest.abi_major, 0u);
    EXPECT_EQ(manifest.abi_minor, 1u);
    EXPECT_EQ(manifest.abi_minor_required, 1u);
    EXPECT_EQ(manifest.kernels_for, "host");
    EXPECT_EQ(manifest.devices, (std::vector<std::string>{"acme", "acme2"}));
    EXPECT_EQ(manifest.description, "fast");
    EXPECT_EQ(manifest.requirements.glibc, "2.17");
    ASSERT_EQ(manifest.requirements.libraries.size(), 1u);
    EXPECT_EQ(manifest.requirements.libraries[0].soname, "libacme.so.2");
    EXPECT_EQ(manifest.requirements.libraries[0].hint, "get it");
}

TEST(PluginManifest, RequirementsHaveAForm) {
    const auto failure = [](const std::string& given) {
        std::string text = manifest_text("acme", "acme.so");
        text.back() = ',';
        return read_failure(text + "\"requires\": " + given + "}");
    };
    expect_contains(failure("7"), "\"requires\" is 7; expected an object");
    expect_contains(failure(R"({"glibc": 2})"), "\"glibc\" is 2; expected a string");
    expect_contains(failure(R"({"libs": {}})"), "\"libs\" is {}; expected an array");
    expect_contains(failure(R"({"libs": ["libacme.so"]})"), "\"libs\" has \"libacme.so\"");
    expect_contains(failure(R"({"libs": [{"soname": "/lib/a.so"}]})"), "expected {\"soname\":");
}

TEST(PluginManifest, OptionalFieldsMayBeLeftOut) {
    const TemporaryFolder folder;
    const auto path = folder.write("acme.chx.json", manifest_text("acme", "acme.so"));

    const PluginManifest manifest = read_plugin_manifest(path);

    EXPECT_EQ(manifest.library, folder.path() / "acme.so");
    EXPECT_EQ(manifest.kernels_for, "");
    EXPECT_TRUE(manifest.devices.empty());
}

TEST(PluginManifest, SaysWhatIsWrong) {
    expect_contains(read_failure("{"), "not valid JSON");
    expect_contains(read_failure("[]"), "not a JSON object");
    expect_contains(read_failure("{}"), "lacks \"manifest_version\"");
    expect_contains(read_failure(R"({"manifest_version": 1})"), "lacks \"name\"");
    expect_contains(read_failure(R"({"manifest_version": 0})"), "\"manifest_version\" is 0");
    expect_contains(read_failure(R"({"manifest_version": "x"})"), "\"manifest_version\" is \"x\"");
    expect_contains(read_failure(manifest_text("Acme", "a.so")), "\"name\" is \"Acme\"");
    expect_contains(read_failure(manifest_text("acme", "")), "\"library\" is empty");
    expect_contains(read_failure(R"({"manifest_version": 1, "name": 5})"), "expected a string");
    expect_contains(
        read_failure(
            R"({"manifest_version": 1, "name": "a", "version": "1", "library": "a.so", "abi": 1})"),
        "\"abi\" is 1");
    expect_contains(read_failure(
                        R"({"manifest_version": 1, "name": "a", "version": "1", "library": "a.so",
                "abi": {"major": -1, "minor": 0}})"),
                    "\"abi.major\" is -1");
}

TEST(PluginManifest, RefusesNewerVersionsInsteadOfGuessing) {
    const std::string text = read_failure(R"({"manifest_version": 2, "anything": true})");

    expect_contains(text, "manifest_version 2 is newer than 1");
    expect_contains(text, "update ChainerX");
}

TEST(PluginManifest, SaysThatAFileIsMissing) {
    const TemporaryFolder folder;

    expect_contains(
        message_of<PluginError>([&] { read_plugin_manifest(folder.path() / "no.chx.json"); }),
        "No such file");
}

TEST(PluginManifest, KnowsNames) {
    EXPECT_TRUE(is_manifest_name("/a/acme.chx.json"));
    EXPECT_FALSE(is_manifest_name("/a/.chx.json"));
    EXPECT_FALSE(is_manifest_name("/a/acme.json"));
    EXPECT_TRUE(is_plugin_name("acme_2"));
    EXPECT_FALSE(is_plugin_name("2acme"));
    EXPECT_FALSE(is_plugin_name(""));
}

}  // namespace
}  // namespace chainerx::internal
