// Versions of the host that the plugin was not built for, and structs whose neighbourhood is poisoned.
#include <algorithm>
#include <cstddef>
#include <cstring>

#include "cases.h"
#include "kit_host.h"
#include "loaded_plugin.h"

namespace conformance {
namespace {

template <class T>
struct Poisoned {
    T value{};
    unsigned char poison[kPoisonBytes];

    Poisoned() { std::memset(poison, kPoison, sizeof poison); }
    // The first byte behind the struct that was written, or -1.
    int first_written() const {
        for (std::size_t i = 0; i < sizeof poison; ++i) {
            if (poison[i] != kPoison) return static_cast<int>(i);
        }
        return -1;
    }
};

// The fields up to `flags` never move, whatever the major.
constexpr uint32_t kEternalPrefix = offsetof(chx_plugin_desc, flags);

void check_oldest_host(Context& context) {
    const chx_plugin_desc* desc = load_query(context.settings.library)(CHX_ABI_MAJOR, 0);
    if (desc == nullptr) {
        context.note("declines hosts of ABI {}.0", CHX_ABI_MAJOR);
        return;
    }
    require(desc->struct_size >= kEternalPrefix && desc->magic == CHX_MAGIC,
            "the query for ABI {}.0 returned no descriptor",
            CHX_ABI_MAJOR);
    context.note(
        "works with hosts of ABI {}.{} and newer", CHX_ABI_MAJOR, desc->abi_minor_required);
}

void check_newer_minor(Context& context) {
    const auto query = load_query(context.settings.library);
    describe_plugin(query);
    const chx_plugin_desc* desc = query(CHX_ABI_MAJOR, CHX_ABI_MINOR + 1);
    require(desc != nullptr,
            "the query declines a host of the next minor, ABI {}.{}; newer hosts understand older "
            "plugins",
            CHX_ABI_MAJOR,
            CHX_ABI_MINOR + 1);
    require(desc->magic == CHX_MAGIC && desc->abi_minor <= CHX_ABI_MINOR,
            "the query for the next minor returned a descriptor of ABI {}.{}",
            desc->abi_major,
            desc->abi_minor);
}

void check_wrong_major(Context& context) {
    const auto query = load_query(context.settings.library);
    for (const uint32_t major : {CHX_ABI_MAJOR + 1, CHX_ABI_MAJOR + 99, ~uint32_t{0}}) {
        require(query(major, 0) == nullptr,
                "the query returns a descriptor to a host of ABI major {}; expected NULL",
                major);
    }
}

// A table that holds what this version of the header knows, and not a byte more.
void check_capacity(Context& context) {
    const chx_plugin_desc& desc = describe_plugin(load_query(context.settings.library));
    Poisoned<chx_device_api> api;
    api.value.struct_size = sizeof api.value;
    chx_plugin* plugin = nullptr;
    const chx_status status = desc.create(&host_api(), nullptr, 0, &plugin, &api.value);
    if (status == CHX_E_UNAVAILABLE) skip("create: {}", status_text(status));
    expect_ok(status, "create");
    require(api.first_written() < 0,
            "create wrote byte {} behind the device table; its struct_size said {} bytes",
            api.first_written(),
            sizeof api.value);
    require(
        api.value.struct_size >= offsetof(chx_device_api, sync) + sizeof(void*) &&
            api.value.struct_size <= sizeof api.value,
        "create set the table's struct_size to {}; expected at most the {} that the host offered",
        api.value.struct_size,
        sizeof api.value);

    if (desc.kernels_for == nullptr) {
        int32_t count = 0;
        chx_device* device = nullptr;
        expect_ok(api.value.device_count(plugin, &count), "device_count");
        if (count > 0 && api.value.device_open(plugin, 0, &device) == CHX_OK) {
            Poisoned<chx_device_info> info;
            info.value.struct_size = sizeof info.value;
            expect_ok(api.value.device_info(device, &info.value), "device_info");
            require(info.first_written() < 0,
                    "device_info wrote byte {} behind the struct",
                    info.first_written());
            api.value.device_close(device);
        }
    }
    if (desc.destroy != nullptr) expect_ok(desc.destroy(plugin), "destroy");
}

// A host of the next minor: its structs are longer, with fields that this plugin does not know.
void check_longer_structs(Context& context) {
    const chx_plugin_desc& desc = describe_plugin(load_query(context.settings.library));
    struct FutureHost {
        chx_host_api api;
        unsigned char more[kPoisonBytes];
    };
    static FutureHost host;
    host.api = host_api();
    host.api.struct_size = sizeof host;
    std::memset(host.more, kPoison, sizeof host.more);
    Poisoned<chx_device_api> api;
    api.value.struct_size = sizeof api;
    chx_plugin* plugin = nullptr;
    const chx_status status = desc.create(&host.api, nullptr, 0, &plugin, &api.value);
    if (status == CHX_E_UNAVAILABLE) skip("create: {}", status_text(status));
    expect_ok(status, "create with a longer host");
    require(api.first_written() < 0,
            "create wrote byte {} behind the fields of the device table that it can know",
            api.first_written());
    chx_device* device = nullptr;
    int32_t count = 0;
    if (desc.kernels_for == nullptr && api.value.device_count(plugin, &count) == CHX_OK &&
        count > 0 && api.value.device_open(plugin, 0, &device) == CHX_OK) {
        Poisoned<chx_device_info> info;
        info.value.struct_size = sizeof info;
        expect_ok(api.value.device_info(device, &info.value), "device_info with a longer struct");
        require(info.first_written() < 0,
                "device_info wrote byte {} behind the fields that it can know",
                info.first_written());
        api.value.device_close(device);
    }
    if (desc.destroy != nullptr) expect_ok(desc.destroy(plugin), "destroy");
}

void check_create_again(Context& context) {
    for (int i = 0; i < 3; ++i) {
        LoadedPlugin plugin(context.settings.library);
        expect_ok(plugin.destroy(), "destroy");
    }
}

}  // namespace

void add_negotiation_cases(CaseList& cases) {
    cases.push_back(
        {"negotiation.oldest_host", 0, "the oldest host gets an answer", check_oldest_host});
    cases.push_back({"negotiation.newer_minor", 0, "a newer host is served", check_newer_minor});
    cases.push_back(
        {"negotiation.wrong_major", 0, "a host of another major is declined", check_wrong_major});
    cases.push_back(
        {"negotiation.capacity", 0, "nothing is written beyond struct_size", check_capacity});
    cases.push_back({"negotiation.longer_structs",
                     0,
                     "longer structs of a newer host do no harm",
                     check_longer_structs});
    cases.push_back(
        {"negotiation.create_again", 0, "create works again after destroy", check_create_again});
}

}  // namespace conformance
