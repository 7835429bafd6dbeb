// Collecting a device's kernels: its plugin's own and those that providers bring for its memory.
#include "dispatch/kernel_table.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <sstream>
#include <string>
#include <unordered_map>

#include <fmt/format.h>

#include "chainerx/log.h"
#include "device/device_state.h"
#include "dispatch/dispatch.h"
#include "dispatch/kernel_preference.h"
#include "dispatch/thread_state.h"
#include "plugin/plugin_registry.h"

namespace chainerx::internal {

namespace {

constexpr const char* kShortNames[kDTypeCount] = {"bool",
                                                  "i8",
                                                  "i16",
                                                  "i32",
                                                  "i64",
                                                  "u8",
                                                  "u16",
                                                  "u32",
                                                  "u64",
                                                  "f16",
                                                  "bf16",
                                                  "f32",
                                                  "f64",
                                                  "c64",
                                                  "c128"};

void warn(const LoadedPlugin& plugin, const chx_kernel_def& def, const std::string& why) {
    log(kLogWarning,
        "chainerx.plugin",
        fmt::format("{}: kernel {} is not used: {}",
                    plugin.name,
                    def.op != nullptr ? def.op : "(no name)",
                    why));
}

// The preferred first, then by priority; among equals the one that came first.
struct Order {
    int rank;
    int64_t priority;

    bool goes_before(const Order& other) const {
        return rank != other.rank ? rank < other.rank : priority > other.priority;
    }
};

Order order_of(const Kernel& kernel) {
    return {preference_rank(kernel.provider->name, kernel.def->op), kernel.def->priority};
}

void insert_kernel(KernelTable& table, size_t index, const Kernel& kernel) {
    const Order order = order_of(kernel);
    const Kernel** slot = &table.slots[index];
    while (*slot != nullptr && !order.goes_before(order_of(**slot))) slot = &(*slot)->next;
    auto added = std::make_shared<Kernel>(kernel);
    added->next = *slot;
    *slot = added.get();
    table.kernels.push_back(std::move(added));
}

void add_kernel(KernelTable& table,
                LoadedPlugin& plugin,
                chx_device* handle,
                const chx_kernel_def& def) {
    if (def.op == nullptr || def.fn == nullptr || def.dtypes == nullptr)
        return warn(plugin, def, "op, fn or dtypes is missing");
    const OpDef* op = find_op(def.op);
    if (op == nullptr) return warn(plugin, def, "this core does not know the op");
    if (op->version != def.op_version) {
        return warn(plugin,
                    def,
                    fmt::format("it implements version {} of the op, this core has version {}",
                                def.op_version,
                                op->version));
    }
    uint32_t dtypes = 0;
    if (!parse_dtypes(def.dtypes, &dtypes))
        return warn(plugin, def, fmt::format("its dtypes '{}' can't be read", def.dtypes));
    uint64_t caps = def.caps;
    const uint32_t attrs_known = attrs_size_at(*op, plugin.descriptor.abi_minor);
    if (def.supports != nullptr || def.plan != nullptr || attrs_known < op->attrs_size)
        caps |= CHX_K_MAY_REFUSE;
    for (int i = 0; i < kDTypeCount; ++i) {
        if (((dtypes & op->dtypes) >> i & 1u) == 0) continue;
        insert_kernel(table,
                      static_cast<size_t>(op->id) * kDTypeCount + static_cast<size_t>(i),
                      {def.fn,
                       def.state,
                       caps,
                       handle,
                       nullptr,
                       &def,
                       &plugin,
                       attrs_known,
                       def.least_elements});
    }
}

// Those without a memory kind of their own, and those for the given one.
void add_kernels(KernelTable& table,
                 LoadedPlugin& plugin,
                 chx_device* handle,
                 const char* memory_kind,
                 bool is_own) {
    for (const chx_kernel_def& def : plugin.kernels) {
        const bool fits =
            def.memory_kind == nullptr ? is_own : std::strcmp(def.memory_kind, memory_kind) == 0;
        if (fits) add_kernel(table, plugin, handle, def);
    }
}

// A provider's own handle for the device; nullptr if it does not want it.
chx_device* open_for_provider(DeviceState& device, LoadedPlugin& provider) {
    void* native = nullptr;
    if (device.api->device_native != nullptr)
        check_status(device.api->device_native(device.handle, &native), device, "device_native");
    if (provider.api.provider_open == nullptr) return device.handle;
    chx_device* handle = nullptr;
    if (provider.api.provider_open(provider.handle, device.index(), native, &handle) == CHX_OK)
        return handle;
    log(kLogWarning,
        "chainerx.plugin",
        fmt::format("{}: does not serve {}: {}", provider.name, device.name(), take_error_text()));
    return nullptr;
}

}  // namespace

const Kernel* Kernel::next_for(int64_t elements) const {
    const Kernel* kernel = next;
    while (kernel != nullptr && elements < kernel->least_elements) kernel = kernel->next;
    return kernel;
}

bool parse_dtypes(const char* text, uint32_t* bits) {
    std::istringstream words(text);
    *bits = 0;
    for (std::string word; words >> word;) {
        if (word == "*") {
            *bits = (1u << kDTypeCount) - 1;
            continue;
        }
        const auto* found = std::find(std::begin(kShortNames), std::end(kShortNames), word);
        if (found == std::end(kShortNames)) return false;
        *bits |= 1u << (found - std::begin(kShortNames));
    }
    return *bits != 0;
}

std::unique_ptr<KernelTable> build_kernel_table(DeviceState& device) {
    auto table = std::make_unique<KernelTable>();
    table->n_ops = registered_op_count();
    table->slots.resize(static_cast<size_t>(table->n_ops) * kDTypeCount, nullptr);
    const char* memory_kind = device.info.memory_kind;
    add_kernels(*table, *device.plugin, device.handle, memory_kind, true);
    for (LoadedPlugin* other : plugins_in_use()) {
        if (other != device.plugin) add_kernels(*table, *other, device.handle, memory_kind, false);
    }
    for (LoadedPlugin* provider : kernel_providers(memory_kind)) {
        if (chx_device* handle = open_for_provider(device, *provider))
            add_kernels(*table, *provider, handle, memory_kind, true);
    }
    return table;
}

std::unique_ptr<KernelTable> reordered_kernel_table(const KernelTable& table) {
    std::unordered_map<const Kernel*, size_t> places;
    for (size_t i = 0; i < table.slots.size(); ++i) {
        for (const Kernel* kernel = table.slots[i]; kernel != nullptr; kernel = kernel->next)
            places[kernel] = i;
    }
    auto made = std::make_unique<KernelTable>();
    made->n_ops = table.n_ops;
    made->slots.resize(table.slots.size(), nullptr);
    for (const auto& kernel : table.kernels) insert_kernel(*made, places.at(kernel.get()), *kernel);
    return made;
}

}  // namespace chainerx::internal
