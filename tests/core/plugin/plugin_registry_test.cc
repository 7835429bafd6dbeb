// Tests of finding, loading and describing plugins that work.
#include "plugin/plugin_registry.h"

#include <cstring>
#include <thread>

#include <gtest/gtest.h>

#include "chainerx/error.h"
#include "chainerx/log.h"
#include "expect_error.h"
#include "plugin/plugin_negotiation.h"
#include "test_folders.h"

namespace chainerx::internal {
namespace {

using Names = std::vector<std::string>;

chx_status create_static(
    const chx_host_api*, const chx_option* const*, uint32_t, chx_plugin**, chx_device_api* out) {
    return out->struct_size == sizeof(chx_device_api) ? CHX_OK : CHX_E_INTERNAL;
}

// A kernel provider, which may go without the functions of tier 0.
const chx_plugin_desc* query_static(uint32_t, uint32_t) {
    static const chx_plugin_desc desc = [] {
        chx_plugin_desc made{};
        made.struct_size = sizeof made;
        made.magic = CHX_MAGIC;
        made.abi_major = CHX_ABI_MAJOR;
        made.abi_minor = CHX_ABI_MINOR;
        made.layout_hash = CHX_ABI_LAYOUT_HASH;
        made.name = "nulldev";
        made.kernels_for = "host";
        made.create = create_static;
        return made;
    }();
    return &desc;
}

PluginState state_of(PluginRegistry& registry, const std::string& name) {
    for (const PluginReport& plugin : registry.report(DoctorDepth::kManifests).plugins) {
        if (plugin.name == name) {
            return plugin.state;
        }
    }
    ADD_FAILURE() << name << " is not in the report";
    return PluginState::kFailed;
}

TEST(PluginRegistry, LoadsADeviceWhenItIsNamed) {
    PluginRegistry registry([] { return settings_for({"nulldev", "observed"}); });
    EXPECT_EQ(registry.names(PluginRegistry::Kind::kAll), (Names{"nulldev", "observed"}));
    EXPECT_EQ(state_of(registry, "nulldev"), PluginState::kFound);

    LoadedPlugin& plugin = registry.require_device("nulldev");

    EXPECT_EQ(plugin.name, "nulldev");
    EXPECT_EQ(plugin.path, std::filesystem::canonical(plugin_library("nulldev")));
    EXPECT_STREQ(plugin.desc->vendor, "ChainerX tests");
    EXPECT_EQ(state_of(registry, "nulldev"), PluginState::kLoaded);
    EXPECT_EQ(state_of(registry, "observed"), PluginState::kFound);
    EXPECT_EQ(&registry.require_device("nulldev"), &plugin);
    EXPECT_EQ(registry.find_device("nulldev"), &plugin);
}

TEST(PluginRegistry, TheNullDeviceHoldsBytes) {
    PluginRegistry registry([] { return settings_for({"nulldev"}); });
    LoadedPlugin& plugin = registry.require_device("nulldev");
    int32_t count = 0;
    ASSERT_EQ(plugin.api.device_count(plugin.handle, &count), CHX_OK);
    EXPECT_EQ(count, 2);
    chx_device* device = nullptr;
    ASSERT_EQ(plugin.api.device_open(plugin.handle, 1, &device), CHX_OK);
    chx_device_info info{};
    info.struct_size = sizeof info;
    ASSERT_EQ(plugin.api.device_info(device, &info), CHX_OK);
    EXPECT_STREQ(info.memory_kind, "nulldev");
    EXPECT_EQ(info.host_accessible_kinds, 0u);

    chx_memref memory{};
    ASSERT_EQ(plugin.api.alloc(device, 100, 64, CHX_MEM_DEVICE, nullptr, &memory), CHX_OK);
    char text[] = "0123456789";
    char copy[4] = {};
    const chx_memref source{text, 2, CHX_MEM_HOST, 0};
    const chx_memref inside{memory.base, memory.offset + 50, CHX_MEM_DEVICE, 0};
    const chx_memref target{copy, 0, CHX_MEM_HOST, 0};
    EXPECT_EQ(plugin.api.copy(device, &inside, &source, 3, nullptr), CHX_OK);
    EXPECT_EQ(plugin.api.copy(device, &target, &inside, 3, nullptr), CHX_OK);
    EXPECT_STREQ(copy, "234");
    EXPECT_EQ(plugin.api.free(device, &memory, nullptr), CHX_OK);
    EXPECT_EQ(plugin.api.n_kernels, 0u);
    EXPECT_EQ(plugin.api.device_open(plugin.handle, 2, &device), CHX_E_INVALID);
}

TEST(PluginRegistry, AnUnknownDeviceIsAnErrorThatTellsWhatWasSearched) {
    PluginRegistry registry([] { return settings_for({"nulldev"}); });

    const std::string text = message_of<BackendError>([&] { registry.require_device("cuda"); });

    expect_contains(text, "backend 'cuda': no plugin of that name was found; known are: nulldev");
    expect_contains(text, "CHAINERX_PLUGIN_ONLY: not set");
    expect_contains(text,
                    "CHAINERX_PLUGIN_PATH " + plugin_folder("nulldev").string() + ": 1 manifest");
    EXPECT_EQ(registry.find_device("cuda"), nullptr);
}

TEST(PluginRegistry, ADisabledPluginIsNamedAsSuch) {
    PluginRegistry registry([] {
        SearchSettings settings = settings_for({"nulldev"});
        settings.disable = "*";
        return settings;
    });

    const std::string text = message_of<BackendError>([&] { registry.require_device("nulldev"); });

    expect_contains(text, "can't be used: disabled: CHAINERX_PLUGINS_DISABLE is '*'");
    EXPECT_TRUE(registry.names(PluginRegistry::Kind::kAll).empty());
}

TEST(PluginRegistry, LoadsByLibraryByManifestAndWithoutManifest) {
    const TemporaryFolder folder;
    const auto bare = folder.path() / "bare.so";
    std::filesystem::copy_file(plugin_library("nulldev"), bare);
    const auto search_nothing = [] { return SearchSettings(); };
    PluginRegistry by_library(search_nothing);
    PluginRegistry by_manifest(search_nothing);
    PluginRegistry without_manifest(search_nothing);

    EXPECT_EQ(by_library.load(plugin_library("nulldev")), "nulldev");
    EXPECT_EQ(by_manifest.load(plugin_manifest("nulldev")), "nulldev");
    EXPECT_EQ(without_manifest.load(bare), "nulldev");

    EXPECT_EQ(by_library.load(plugin_manifest("nulldev")), "nulldev");
    EXPECT_EQ(without_manifest.require_device("nulldev").path, bare);
    EXPECT_EQ(by_library.names(PluginRegistry::Kind::kAll), (Names{"nulldev"}));
    expect_contains(message_of<PluginError>([&] { by_library.load(bare); }),
                    "is already loaded from");
}

TEST(PluginRegistry, WhatIsLoadedExplicitlyGoesBeforeWhatIsFound) {
    const TemporaryFolder folder;
    const auto bare = folder.path() / "bare.so";
    std::filesystem::copy_file(plugin_library("nulldev"), bare);
    PluginRegistry registry([] { return settings_for({"nulldev"}); });
    EXPECT_EQ(registry.names(PluginRegistry::Kind::kAll), (Names{"nulldev"}));

    registry.load(bare);

    EXPECT_EQ(registry.require_device("nulldev").path, bare);
    const DoctorReport report = registry.report(DoctorDepth::kManifests);
    ASSERT_EQ(report.plugins.size(), 2u);
    EXPECT_EQ(report.plugins[0].state, PluginState::kLoaded);
    EXPECT_EQ(report.plugins[1].state, PluginState::kShadowed);
    expect_contains(report.plugins[1].reason, "bare.so goes before it");
}

TEST(PluginRegistry, AFailedExplicitLoadMayBeTriedAgain) {
    const TemporaryFolder folder;
    const auto library = folder.write("acme.so", "not a library");
    PluginRegistry registry([] { return SearchSettings(); });
    expect_contains(message_of<PluginError>([&] { registry.load(library); }), "acme.so");

    std::filesystem::remove(library);
    std::filesystem::copy_file(plugin_library("nulldev"), library);

    EXPECT_EQ(registry.load(library), "nulldev");
}

TEST(PluginRegistry, RefusesToLoadNothingAndTheProgramItself) {
    PluginRegistry registry([] { return SearchSettings(); });

    expect_contains(message_of<PluginError>([&] { registry.load("/no/such/file.so"); }),
                    "'/no/such/file.so' given; No such file or directory");
    expect_contains(message_of<PluginError>([&] { registry.load("/proc/self/exe"); }),
                    "is the running program itself");
}

TEST(PluginRegistry, SearchesAddedFolders) {
    PluginRegistry registry([] { return SearchSettings(); });
    EXPECT_EQ(registry.find_device("nulldev"), nullptr);

    registry.add_directory(plugin_folder("nulldev"));

    EXPECT_NE(registry.find_device("nulldev"), nullptr);
    expect_contains(message_of<ValueError>([&] { registry.add_directory("plugins"); }),
                    "'plugins' given; expected an absolute path");
}

TEST(PluginRegistry, KernelProvidersAreNoDevices) {
    PluginRegistry registry(
        [] { return settings_for({"nulldev", "provider", "broken_provider"}); });
    set_log_queue(10);

    const std::vector<LoadedPlugin*> providers = registry.kernel_providers("host");
    const std::vector<LoadedPlugin*> again = registry.kernel_providers("host");
    const std::vector<LogRecord> records = take_log_records();
    set_log_queue(0);

    ASSERT_EQ(providers.size(), 1u);
    EXPECT_EQ(providers[0]->name, "provider");
    EXPECT_EQ(again, providers);
    ASSERT_EQ(records.size(), 1u) << "one warning for the broken one, not repeated";
    EXPECT_EQ(records[0].level, kLogWarning);
    expect_contains(records[0].text, "no kernel survived");
    EXPECT_TRUE(registry.kernel_providers("cuda").empty());
    EXPECT_EQ(registry.names(PluginRegistry::Kind::kDevices), (Names{"nulldev"}));
    EXPECT_EQ(registry.find_device("provider"), nullptr);
    expect_contains(message_of<BackendError>([&] { registry.require_device("provider"); }),
                    "brings kernels for 'host' memory, but no devices");
}

TEST(PluginRegistry, StaticPluginsGoBeforeFoundOnes) {
    PluginRegistry registry([] { return settings_for({"nulldev"}); });

    EXPECT_EQ(registry.register_static(query_static), "nulldev");
    EXPECT_EQ(registry.register_static(query_static), "nulldev");

    ASSERT_EQ(registry.kernel_providers("host").size(), 1u);
    EXPECT_EQ(registry.kernel_providers("host")[0]->path, "(part of the program)");
    const DoctorReport report = registry.report(DoctorDepth::kManifests);
    ASSERT_EQ(report.plugins.size(), 2u);
    EXPECT_EQ(report.plugins[0].library, "(part of the program)");
    EXPECT_EQ(report.plugins[1].state, PluginState::kShadowed);
}

TEST(PluginRegistry, ThreadsThatNameADeviceTogetherGetOnePlugin) {
    PluginRegistry registry([] { return settings_for({"nulldev"}); });
    std::vector<LoadedPlugin*> plugins(8);
    std::vector<std::thread> threads;

    for (LoadedPlugin*& plugin : plugins) {
        threads.emplace_back(
            [&registry, &plugin] { plugin = &registry.require_device("nulldev"); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }

    for (LoadedPlugin* plugin : plugins) {
        EXPECT_EQ(plugin, plugins[0]);
    }
}

TEST(PluginRegistry, NothingIsLoadedOnceTheProcessEnds) {
    PluginRegistry registry([] { return settings_for({"nulldev"}); });

    registry.prepare_exit();
    registry.prepare_exit();

    expect_contains(message_of<BackendError>([&] { registry.require_device("nulldev"); }),
                    "about to end");
}

TEST(Doctor, TellsOfPlacesAndPlugins) {
    PluginRegistry registry(
        [] { return settings_for({"nulldev", "create_text", "invalid_json"}); });

    const std::string text = doctor_text(registry.report(DoctorDepth::kLoadAll));

    expect_contains(text, "this core speaks ABI 0.1");
    expect_contains(text, "CHAINERX_PLUGIN_ONLY");
    expect_contains(text, plugin_folder("nulldev").string());
    expect_contains(text, "nulldev 1.0.0: loaded");
    expect_contains(text, "ChainerX tests");
    expect_contains(text, "create_text 1.0.0: failed");
    expect_contains(text, "the flux capacitor is empty");
    expect_contains(text, "(unknown name): failed");
}

TEST(Negotiation, AcceptsADescriptorThatEndsEarly) {
    // An older plugin's descriptor ends right after create; what follows in memory is not its own.
    static chx_plugin_desc old = *query_static(0, 0);
    old.struct_size = offsetof(chx_plugin_desc, destroy);
    std::memset(&old.destroy, 0xa5, sizeof old - old.struct_size);

    const chx_plugin_desc desc =
        negotiate([](uint32_t, uint32_t) -> const chx_plugin_desc* { return &old; }, "");

    EXPECT_EQ(desc.struct_size, sizeof desc);
    EXPECT_EQ(desc.create, old.create);
    EXPECT_EQ(desc.destroy, nullptr);
    EXPECT_EQ(desc.n_option_defs, 0u);
    EXPECT_STREQ(desc.vendor, "");
}

}  // namespace
}  // namespace chainerx::internal
