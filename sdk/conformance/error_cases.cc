// Every function answers bad arguments with a status and a text.
#include <limits>

#include "cases.h"
#include "device_under_test.h"

namespace conformance {
namespace {

void check_device_index(Context& context) {
    LoadedPlugin plugin(context.settings.library);
    require_own_memory(plugin);
    const int32_t count = plugin.device_count();
    require(count >= 0, "device_count gave {}", count);
    for (const int32_t index : {-1,
                                count,
                                count + 1000,
                                std::numeric_limits<int32_t>::max(),
                                std::numeric_limits<int32_t>::min()}) {
        chx_device* device = nullptr;
        clear_error();
        expect_error(plugin.api().device_open(plugin.handle(), index, &device),
                     fmt::format("device_open of index {}, where there are {}", index, count));
    }
}

void check_memory_kind(Context& context) {
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    for (const int32_t kind : {99, -1}) {
        chx_memref memory{};
        clear_error();
        expect_error(subject.api().alloc(subject.device.get(), 64, 64, kind, nullptr, &memory),
                     fmt::format("alloc of memory of kind {}, which does not exist", kind));
    }
}

// Any power of two is legal: it is honoured or refused.
void check_alignment(Context& context) {
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    if ((subject.device.info().host_accessible_kinds & 1u << CHX_MEM_DEVICE) == 0)
        skip("addresses are handles: how they are aligned can't be seen");
    for (const int bits : {16, 46}) {
        const uint64_t align = uint64_t{1} << bits;
        chx_memref memory{};
        clear_error();
        const chx_status status =
            subject.api().alloc(subject.device.get(), 64, align, CHX_MEM_DEVICE, nullptr, &memory);
        const std::string what = fmt::format("alloc aligned to {}", align);
        if (status != CHX_OK) {
            expect_error(status, what);
            continue;
        }
        const uint64_t address = reinterpret_cast<uintptr_t>(memory.base) + memory.offset;
        subject.api().free(subject.device.get(), &memory, nullptr);
        require(address % align == 0, "{} gave 0x{:x}; expected an error", what, address);
    }
}

// Values that no option has: create takes them or says what is wrong, and leaves nothing behind.
void check_options(Context& context) {
    const chx_plugin_desc& desc = describe_plugin(load_query(context.settings.library));
    if (desc.n_option_defs == 0) skip("the plugin has no options");
    int n_refused = 0;
    for (uint32_t i = 0; i < desc.n_option_defs; ++i) {
        for (const char* value : {"", "no such value", "-1", "99999999999999999999999"}) {
            const chx_option option{desc.option_defs[i]->name, value};
            const chx_option* const options[] = {&option};
            chx_device_api api{};
            api.struct_size = sizeof api;
            chx_plugin* plugin = nullptr;
            clear_error();
            const chx_status status = desc.create(&host_api(), options, 1, &plugin, &api);
            if (status == CHX_OK) {
                if (desc.destroy != nullptr) desc.destroy(plugin);
                continue;
            }
            expect_error(status, fmt::format("create with {}=\"{}\"", option.name, value));
            ++n_refused;
        }
    }
    context.note("refused {} of {} values that make no sense", n_refused, 4 * desc.n_option_defs);
    require(live_host_blocks() == 0,
            "{} blocks of host_alloc were not given back by a create that failed",
            live_host_blocks());
    const LoadedPlugin works_again(context.settings.library);
}

void check_extensions(Context& context) {
    LoadedPlugin plugin(context.settings.library);
    if (plugin.api().get_extension == nullptr) return;
    for (const char* name : {"", "chx.no_such_extension", "chx"}) {
        require(plugin.api().get_extension(plugin.handle(), name, 1) == nullptr,
                "get_extension(\"{}\") gave something; expected NULL",
                name);
    }
    for (const char* name : {"chx.capture", "chx.graph"}) {
        const bool offers = plugin.api().get_extension(plugin.handle(), name, 1) != nullptr;
        if (offers) context.note("offers the extension {}", name);
        require(plugin.api().get_extension(plugin.handle(), name, 1u << 30) == nullptr,
                "get_extension(\"{}\") gave something for version {}; expected NULL",
                name,
                1u << 30);
    }
}

}  // namespace

void add_error_cases(CaseList& cases) {
    cases.push_back({"errors.device_index",
                     0,
                     "a device that does not exist is an error with a text",
                     check_device_index});
    cases.push_back({"errors.memory_kind",
                     0,
                     "kinds of memory that do not exist are errors with a text",
                     check_memory_kind});
    cases.push_back({"errors.alignment",
                     0,
                     "an alignment that can't be had is an error with a text",
                     check_alignment});
    cases.push_back({"errors.options",
                     0,
                     "options that make no sense are errors with a text, or taken",
                     check_options});
    cases.push_back({"errors.extensions", 0, "unknown extensions are NULL", check_extensions});
}

}  // namespace conformance
