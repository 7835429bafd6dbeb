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
    cases.push_back({"errors.extensions", 0, "unknown extensions are NULL", check_extensions});
}

}  // namespace conformance
