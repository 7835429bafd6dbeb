// Tests of the search for plugins.
#include "plugin/plugin_search.h"

#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "expect_error.h"
#include "test_folders.h"

namespace chainerx::internal {
namespace {

namespace fs = std::filesystem;

void add_plugin(const TemporaryFolder& folder, const std::string& file, const std::string& name) {
    const std::string library = fs::path(file).stem().stem().string() + ".so";
    folder.write(file, manifest_text(name, library));
    folder.write(fs::path(file).parent_path() / library, "never opened");
}

std::vector<std::string> names_of(const SearchResult& result) {
    std::vector<std::string> names;
    for (const FoundPlugin& plugin : result.plugins) {
        names.push_back(plugin.manifest.name + " " + plugin_state_name(plugin.state));
    }
    return names;
}

std::string verdict_of(const SearchResult& result, const std::string& origin) {
    for (const PluginPlace& place : result.places) {
        if (place.origin == origin) {
            return place.verdict;
        }
    }
    return "no such place";
}

TEST(PluginSearch, VisitsPlacesInOrderAndEntriesSorted) {
    const TemporaryFolder folder;
    add_plugin(folder, "path/b.chx.json", "b");
    add_plugin(folder, "path/a.chx.json", "a");
    add_plugin(folder, "added/c.chx.json", "c");
    add_plugin(folder, "beside/d.chx.json", "d");
    add_plugin(folder, "user/e.chx.json", "e");
    add_plugin(folder, "system/f.chx.json", "f");
    SearchSettings settings;
    settings.path = folder.path() / "path";
    settings.added = {folder.path() / "added"};
    settings.beside = {folder.path() / "beside"};
    settings.user = folder.path() / "user";
    settings.system = {folder.path() / "system", folder.path() / "absent"};

    const SearchResult result = search_plugins(settings);

    EXPECT_EQ(names_of(result),
              (std::vector<std::string>{
                  "a found", "b found", "c found", "d found", "e found", "f found"}));
    EXPECT_EQ(verdict_of(result, "CHAINERX_PLUGIN_ONLY"), "not set");
    EXPECT_EQ(verdict_of(result, "CHAINERX_PLUGIN_PATH"), "2 manifests");
    EXPECT_EQ(verdict_of(result, "user"), "1 manifest");
    EXPECT_EQ(result.places.back().verdict, "does not exist");
}

TEST(PluginSearch, OnlyReplacesAllOtherPlaces) {
    const TemporaryFolder folder;
    add_plugin(folder, "only/a.chx.json", "a");
    add_plugin(folder, "path/b.chx.json", "b");
    add_plugin(folder, "added/c.chx.json", "c");
    SearchSettings settings;
    settings.only = folder.path() / "only/a.chx.json";
    settings.path = folder.path() / "path";
    settings.added = {folder.path() / "added"};

    const SearchResult result = search_plugins(settings);

    EXPECT_EQ(names_of(result), (std::vector<std::string>{"a found"}));
    EXPECT_EQ(verdict_of(result, "all other places"), "ignored: CHAINERX_PLUGIN_ONLY is set");
}

TEST(PluginSearch, TheFirstOfANameWinsAndTheRestIsListed) {
    const TemporaryFolder folder;
    folder.write("1/a.chx.json", manifest_text("a", "missing.so"));
    add_plugin(folder, "2/a.chx.json", "a");
    add_plugin(folder, "3/a.chx.json", "a");
    SearchSettings settings;
    settings.path = (folder.path() / "1").string() + ":" + (folder.path() / "2").string() + ":" +
                    (folder.path() / "3").string();

    const SearchResult result = search_plugins(settings);

    EXPECT_EQ(names_of(result), (std::vector<std::string>{"a failed", "a found", "a shadowed"}));
    expect_contains(result.plugins[0].reason, "missing.so can't be opened: No such file");
    expect_contains(result.plugins[2].reason, "2/a.chx.json goes before it");
}

TEST(PluginSearch, TakesAFileThatIsReachedTwiceOnce) {
    const TemporaryFolder folder;
    add_plugin(folder, "lib/a.chx.json", "a");
    fs::create_directory_symlink(folder.path() / "lib", folder.path() / "lib64");
    SearchSettings settings;
    settings.path = (folder.path() / "lib64").string() + ":" + (folder.path() / "lib").string();

    const SearchResult result = search_plugins(settings);

    EXPECT_EQ(names_of(result), (std::vector<std::string>{"a found"}));
    EXPECT_EQ(result.plugins[0].manifest.library, fs::canonical(folder.path() / "lib/a.so"));
}

TEST(PluginSearch, NeverSearchesTheCurrentFolder) {
    const TemporaryFolder folder;
    add_plugin(folder, "a.chx.json", "a");
    const fs::path previous = fs::current_path();
    fs::current_path(folder.path());
    SearchSettings settings;
    settings.path = ".:a.chx.json::";

    const SearchResult result = search_plugins(settings);
    fs::current_path(previous);

    EXPECT_TRUE(result.plugins.empty());
    expect_contains(verdict_of(result, "CHAINERX_PLUGIN_PATH"), "refused: a relative path");
}

TEST(PluginSearch, SaysWhyAnEntryIsNotUsed) {
    const TemporaryFolder folder;
    SearchSettings settings;
    settings.path = folder.write("a.so", "x");
    expect_contains(verdict_of(search_plugins(settings), "CHAINERX_PLUGIN_PATH"),
                    "neither a folder");

    settings.path = folder.path() / "absent";
    EXPECT_EQ(verdict_of(search_plugins(settings), "CHAINERX_PLUGIN_PATH"), "does not exist");
    EXPECT_EQ(verdict_of(search_plugins(settings), "user"), "HOME is not set");
}

TEST(PluginSearch, ReportsBrokenManifests) {
    const TemporaryFolder folder;
    folder.write("bad.chx.json", "{");
    SearchSettings settings;
    settings.path = folder.path();

    const SearchResult result = search_plugins(settings);

    EXPECT_EQ(names_of(result), (std::vector<std::string>{" failed"}));
    expect_contains(result.plugins[0].reason, "not valid JSON");
}

TEST(PluginSearch, DisablesByPattern) {
    const TemporaryFolder folder;
    add_plugin(folder, "acme.chx.json", "acme");
    add_plugin(folder, "acme_2.chx.json", "acme_2");
    add_plugin(folder, "other.chx.json", "other");
    SearchSettings settings;
    settings.path = folder.path();
    settings.disable = "nobody,acme*";

    const SearchResult result = search_plugins(settings);

    EXPECT_EQ(names_of(result),
              (std::vector<std::string>{"acme disabled", "acme_2 disabled", "other found"}));
    expect_contains(result.plugins[0].reason, "CHAINERX_PLUGINS_DISABLE is 'nobody,acme*'");
}

TEST(PluginSearch, DeniesWhatOthersMayWrite) {
    const TemporaryFolder folder;
    add_plugin(folder, "a.chx.json", "a");
    chmod((folder.path() / "a.so").c_str(), 0666);
    SearchSettings settings;
    settings.path = folder.path();

    const SearchResult result = search_plugins(settings);

    EXPECT_EQ(names_of(result), (std::vector<std::string>{"a denied"}));
    expect_contains(result.plugins[0].reason, "a.so is writable by everybody");
}

TEST(PluginSearch, DeniesALinkInAnOpenFolder) {
    const TemporaryFolder folder;
    add_plugin(folder, "safe/a.chx.json", "a");
    fs::create_directory(folder.path() / "open");
    fs::create_symlink(folder.path() / "safe/a.chx.json", folder.path() / "open/a.chx.json");
    chmod((folder.path() / "open").c_str(), 0777);
    SearchSettings settings;
    settings.path = folder.path() / "open";

    const SearchResult result = search_plugins(settings);

    ASSERT_EQ(result.plugins.size(), 1u);
    EXPECT_EQ(result.plugins[0].state, PluginState::kDenied);
}

TEST(PluginSearch, TrustsNoEnvironmentWithRaisedPrivileges) {
    const TemporaryFolder folder;
    add_plugin(folder, "path/a.chx.json", "a");
    add_plugin(folder, "user/b.chx.json", "b");
    add_plugin(folder, "system/c.chx.json", "c");
    SearchSettings settings;
    settings.path = folder.path() / "path";
    settings.only = folder.path() / "path";
    settings.user = folder.path() / "user";
    settings.system = {folder.path() / "system"};
    settings.is_privileged = true;

    const SearchResult result = search_plugins(settings);

    EXPECT_EQ(names_of(result), (std::vector<std::string>{"c found"}));
    expect_contains(verdict_of(result, "environment"), "ignored");
}

TEST(PluginSearchSettings, ComeFromTheEnvironment) {
    setenv("CHAINERX_PLUGIN_PATH", "/x:/y", 1);
    setenv("XDG_DATA_HOME", "/data", 1);

    const SearchSettings settings = search_settings_from_environment();
    setenv("XDG_DATA_HOME", "relative", 1);
    setenv("HOME", "/elsewhere/someone", 1);
    const SearchSettings without_data_home = search_settings_from_environment();
    unsetenv("XDG_DATA_HOME");
    unsetenv("CHAINERX_PLUGIN_PATH");

    EXPECT_EQ(settings.path, "/x:/y");
    EXPECT_EQ(settings.user, "/data/chainerx/plugins.d");
    EXPECT_EQ(without_data_home.user, "/elsewhere/someone/.local/share/chainerx/plugins.d");
    ASSERT_EQ(settings.beside.size(), 2u);
    EXPECT_TRUE(settings.beside[0].is_absolute());
    EXPECT_FALSE(settings.is_privileged);
}

}  // namespace
}  // namespace chainerx::internal
