// The first look at an unknown library: what harms the process that looks is quarantined, and remembered.
#include "plugin/plugin_probe.h"

#include <gtest/gtest.h>

#include "expect_error.h"
#include "plugin/plugin_registry.h"
#include "plugin/sha256.h"
#include "test_folders.h"

namespace chainerx::internal {
namespace {

namespace fs = std::filesystem;

fs::path harmful(const std::string& kind) {
    return plugin_folder("harmful") / kind / (kind + ".so");
}

class PluginProbe : public testing::Test {
protected:
    ProbeSettings settings() const {
        ProbeSettings settings;
        settings.program = CHAINERX_PROBE_PROGRAM;
        settings.cache = folder_.path() / "cache/probe";
        settings.limit = std::chrono::milliseconds(5000);
        return settings;
    }

    PluginRegistry::SettingsSource searching(const char* kind) const {
        return [this, kind] {
            SearchSettings search = settings_for({kind, "nulldev"});
            search.probe = settings();
            return search;
        };
    }

    fs::path copy_of(const fs::path& library) const {
        const fs::path copy = folder_.path() / "copy.so";
        fs::copy_file(library, copy, fs::copy_options::overwrite_existing);
        return copy;
    }

    std::vector<fs::path> remembered() const {
        std::vector<fs::path> files;
        for (const auto& file : fs::directory_iterator(settings().cache))
            files.push_back(file.path());
        return files;
    }

    TemporaryFolder folder_;
};

struct Harm {
    const char* kind;
    const char* text;
};

TEST_F(PluginProbe, QuarantinesWhatCrashes) {
    for (const Harm& harm :
         {Harm{"crash_in_query", "crashed with Segmentation fault (signal 11) in its query"},
          Harm{"crash_while_loaded",
               "crashed with Segmentation fault (signal 11) while it was loaded"},
          Harm{"crash_in_descriptor", "(signal 11) when its descriptor was read"},
          Harm{"exit_in_query", "ended with exit code 7 in its query"}}) {
        const std::string text =
            message_of<QuarantineError>([&] { probe_plugin(settings(), harmful(harm.kind)); });
        expect_contains(text, "the library is quarantined: a process that looked at it");
        expect_contains(text, "python -m chainerx doctor --forget");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        expect_contains(text, harm.text);  // a sanitizer has its own way to die
#endif
    }
}

TEST_F(PluginProbe, QuarantinesWhatHangs) {
    ProbeSettings hasty = settings();
    hasty.limit = std::chrono::milliseconds(300);

    const std::string text =
        message_of<QuarantineError>([&] { probe_plugin(hasty, harmful("hang_in_query")); });

    expect_contains(text, "hung in its query for 300 ms");
}

TEST_F(PluginProbe, LooksOnceAndRemembers) {
    EXPECT_TRUE(probe_plugin(settings(), plugin_library("nulldev")));
    EXPECT_FALSE(probe_plugin(settings(), plugin_library("nulldev")));
    EXPECT_EQ(known_quarantine(settings(), plugin_library("nulldev")), "");

    EXPECT_THROW(probe_plugin(settings(), harmful("crash_in_query")), QuarantineError);
    expect_contains(known_quarantine(settings(), harmful("crash_in_query")), "in its query");
    ProbeSettings blind = settings();
    blind.program = "/bin/true";  // would find nothing
    EXPECT_THROW(probe_plugin(blind, harmful("crash_in_query")), QuarantineError);
}

TEST_F(PluginProbe, LooksAgainWhenTheContentHasChanged) {
    const fs::path library = copy_of(plugin_library("nulldev"));
    EXPECT_TRUE(probe_plugin(settings(), library));

    fs::last_write_time(library, fs::last_write_time(library) - std::chrono::hours(1));
    EXPECT_FALSE(probe_plugin(settings(), library)) << "another time stamp on the same content";

    copy_of(harmful("crash_in_query"));
    EXPECT_EQ(known_quarantine(settings(), library), "");
    EXPECT_THROW(probe_plugin(settings(), library), QuarantineError);

    copy_of(plugin_library("nulldev"));
    EXPECT_TRUE(probe_plugin(settings(), library)) << "mended";
}

TEST_F(PluginProbe, TakesACorruptCacheForNone) {
    for (const char* text :
         {"", "{", "[]", "{\"format\": 1}", "{\"format\": \"x\", \"abi\": []}", "\xff\xfe"}) {
        EXPECT_TRUE(probe_plugin(settings(), plugin_library("nulldev"))) << text;
        ASSERT_EQ(remembered().size(), 1u);
        std::ofstream(remembered()[0]) << text;
    }
}

TEST_F(PluginProbe, DoesWithoutACache) {
    ProbeSettings unwritable = settings();
    unwritable.cache = "/proc/chainerx";
    EXPECT_TRUE(probe_plugin(unwritable, plugin_library("nulldev")));
    EXPECT_TRUE(probe_plugin(unwritable, plugin_library("nulldev")));
    EXPECT_THROW(probe_plugin(unwritable, harmful("crash_in_query")), QuarantineError);
}

TEST_F(PluginProbe, LeavesTheSameInstallationAlone) {
    ProbeSettings trusting = settings();
    trusting.trusted = {harmful("crash_in_query").parent_path()};
    EXPECT_FALSE(probe_plugin(trusting, harmful("crash_in_query")));

    ProbeSettings off;
    EXPECT_FALSE(probe_plugin(off, harmful("crash_in_query")));
}

TEST_F(PluginProbe, LeavesOtherDefectsToTheLoader) {
    for (const char* kind : {"missing_symbol", "unresolved", "wrong_magic", "null_query"}) {
        EXPECT_NO_THROW(probe_plugin(settings(), plugin_library(kind))) << kind;
    }
    EXPECT_FALSE(probe_plugin(settings(), "/nowhere/nothing.so"));
    ProbeSettings unstartable = settings();
    unstartable.program = "/dev/null";
    EXPECT_NO_THROW(probe_plugin(unstartable, harmful("crash_in_query")));
}

TEST_F(PluginProbe, GuardsTheRegistry) {
    PluginRegistry registry(searching("harmful/crash_in_query"));

    const std::string text =
        message_of<PluginError>([&] { registry.require_device("crash_in_query"); });

    expect_contains(text, "can't be used: quarantined: the library is quarantined");
    EXPECT_EQ(registry.require_device("nulldev").name, "nulldev");
    EXPECT_EQ(registry.report(DoctorDepth::kManifests).plugins[0].state, PluginState::kQuarantined);
    EXPECT_EQ(registry.names(PluginRegistry::Kind::kDevices),
              (std::vector<std::string>{"nulldev"}));

    PluginRegistry later(searching("harmful/crash_in_query"));
    const PluginReport report = later.report(DoctorDepth::kManifests).plugins[0];
    EXPECT_EQ(report.state, PluginState::kQuarantined) << "nothing was loaded: it is remembered";
    expect_contains(report.reason, "in its query");
}

TEST_F(PluginProbe, GuardsLibrariesWithoutManifest) {
    PluginRegistry registry(searching("nulldev"));
    const fs::path library = copy_of(harmful("crash_while_loaded"));

    const std::string text = message_of<PluginError>([&] { registry.load(library); });

    expect_contains(text, "the library is quarantined");
}

TEST(Sha256, IsThatOfTheStandard) {
    const TemporaryFolder folder;
    EXPECT_EQ(sha256_of_file(folder.write("empty", "")),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_of_file(folder.write("abc", "abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_of_file(
                  folder.write("two", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256_of_file(folder.write("million", std::string(1000000, 'a'))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    EXPECT_EQ(sha256_of_file("/nowhere"), "");
}

}  // namespace
}  // namespace chainerx::internal
