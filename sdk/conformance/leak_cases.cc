// What is not given back: repeated use takes neither of the heap nor of the device's memory.
#include <malloc.h>

#include <algorithm>
#include <functional>

#include "cases.h"
#include "description.h"
#include "device_use.h"
#include "kernel_launch.h"
#include "later_calls.h"

namespace conformance {
namespace {

// What is in use of something, in bytes.
struct Amount {
    const char* of;
    std::function<uint64_t()> in_use;
};

Amount heap() {
    return {"the heap", [] {
                const struct mallinfo2 info = mallinfo2();
                return uint64_t{info.uordblks} + info.hblkhd;
            }};
}

// Nothing where the device does not say how much it has.
uint64_t memory_in_use(const LoadedPlugin& plugin, const OpenDevice& device) {
    if (plugin.is_provider()) return 0;
    const chx_device_info info = device.info();
    return info.memory_total - std::min(info.memory_free, info.memory_total);
}

std::vector<Amount> heap_and_memory(const LoadedPlugin& plugin, const OpenDevice& device) {
    return {heap(), {"the device's memory", [&] { return memory_in_use(plugin, device); }}};
}

// Runs something until its caches are warm, then watches whether less and less is left with every turn.
void expect_no_growth(const std::string& what,
                      const std::vector<Amount>& amounts,
                      const std::function<void()>& turn) {
    constexpr int kTurns = 16;
    // Less is the noise of allocators, not something that is lost at every turn.
    constexpr uint64_t kLeast = 16 * kTurns;
    // What is lost is lost in all of them; caches of libraries may need more than a hundred turns to fill.
    constexpr int kAttempts = 40;
    const auto turns = [&] {
        for (int i = 0; i < kTurns; ++i) turn();
    };
    turns();
    std::vector<uint64_t> growth(amounts.size(), ~uint64_t{0}), before(amounts.size());
    for (std::size_t i = 0; i < amounts.size(); ++i) before[i] = amounts[i].in_use();
    const auto grows = [&] {
        return std::any_of(
            growth.begin(), growth.end(), [](uint64_t bytes) { return bytes >= kLeast; });
    };
    for (int attempt = 0; attempt < kAttempts && grows(); ++attempt) {
        turns();
        for (std::size_t i = 0; i < amounts.size(); ++i) {
            const uint64_t after = amounts[i].in_use();
            growth[i] = std::min(growth[i], after - std::min(after, before[i]));
            before[i] = after;
        }
    }
    for (std::size_t i = 0; i < amounts.size(); ++i)
        require(growth[i] < kLeast,
                "{} loses about {} bytes of {} every time",
                what,
                growth[i] / kTurns,
                amounts[i].of);
}

void check_leaks_of_plugin(Context& context) {
    const auto memory_of_next = [&]() -> uint64_t {
        LoadedPlugin plugin(context.settings.library);
        if (plugin.is_provider() || plugin.device_count() == 0) return 0;
        return memory_in_use(plugin, OpenDevice(plugin));
    };
    expect_no_growth("create and destroy", {heap(), {"the device's memory", memory_of_next}}, [&] {
        const LoadedPlugin plugin(context.settings.library);
        if (!plugin.is_provider()) plugin.device_count();
    });
    require(live_host_blocks() == 0,
            "{} blocks of host_alloc were not given back before destroy returned",
            live_host_blocks());
}

void check_leaks_of_devices(Context& context) {
    LoadedPlugin plugin(context.settings.library);
    const auto memory_of_next = [&] {
        const OpenDevice device(plugin);
        return memory_in_use(plugin, device);
    };
    expect_no_growth("opening and closing a device",
                     {heap(), {"the device's memory", memory_of_next}},
                     [&] { const OpenDevice device(plugin); });
}

void check_leaks_of_memory(Context& context) {
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    expect_no_growth("alloc, copy and free", heap_and_memory(subject.plugin, subject.device), [&] {
        use_memory(subject);
    });
}

void check_leaks_of_streams(Context& context) {
    const DeviceUnderTest subject(context);
    if (!subject.plugin.has_streams()) skip("the device has no streams");
    expect_no_growth("a stream and an event", heap_and_memory(subject.plugin, subject.device), [&] {
        use_streams(subject);
    });
}

void check_leaks_of_errors(Context& context) {
    LoadedPlugin plugin(context.settings.library);
    require_own_memory(plugin);
    expect_no_growth("a device_open that fails", {heap()}, [&] {
        chx_device* device = nullptr;
        plugin.api().device_open(plugin.handle(), -1, &device);
    });
    const OpenDevice device(plugin);
    expect_no_growth("an alloc that fails", heap_and_memory(plugin, device), [&] {
        chx_memref memory{};
        plugin.api().alloc(device.get(), uint64_t{1} << 62, 64, CHX_MEM_DEVICE, nullptr, &memory);
    });
}

void check_leaks_of_kernels(Context& context) {
    const DeviceUnderTest subject(context);
    const std::vector<Amount> amounts = heap_and_memory(subject.plugin, subject.device);
    bool is_tested = false;
    for (const chx_kernel_def* def : subject.plugin.kernels()) {
        const OpRow* row = find_op(def->op);
        if (row == nullptr || def->memory_kind != nullptr) continue;
        const std::vector<int> types = types_of(*def, *row);
        if (types.empty()) continue;
        const auto calls = calls_of(*row, types.front());
        if (calls.empty()) continue;
        is_tested = true;
        const OpCall& call = calls[calls.size() / 2];
        expect_no_growth(def->op, amounts, [&] {
            run_kernel(*def, subject.device.get(), *subject.memory, call, false, {});
        });
        const auto later = later_calls_of(*row, call);
        if (later.empty()) continue;
        expect_no_growth(fmt::format("{} with {}", def->op, later[0].what), amounts, [&] {
            try {
                run_kernel(*def, subject.device.get(), *subject.memory, later[0].call, false, {});
            } catch (const Failure&) {
                // That it is refused in another way is for contract.* to say.
            }
        });
    }
    if (!is_tested) skip("the kit has no call of its kernels");
}

}  // namespace

void add_leak_cases(CaseList& cases) {
    cases.push_back({"leaks.plugin", 0, "destroy gives everything back", check_leaks_of_plugin});
    cases.push_back(
        {"leaks.devices", 0, "device_close gives everything back", check_leaks_of_devices});
    cases.push_back({"leaks.memory", 0, "free gives everything back", check_leaks_of_memory});
    cases.push_back(
        {"leaks.streams", 1, "streams and events give everything back", check_leaks_of_streams});
    cases.push_back({"leaks.errors", 0, "failing calls lose nothing", check_leaks_of_errors});
    cases.push_back(
        {"leaks.kernels", 2, "kernels and their plans lose nothing", check_leaks_of_kernels});
}

}  // namespace conformance
