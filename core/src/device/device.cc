// Backends and devices: opened on first use, kept for ever, found by name.
#include "chainerx/device.h"

#include <pthread.h>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "chainerx/error.h"
#include "chainerx/host_language.h"
#include "device/device_state.h"
#include "device/open_devices.h"
#include "device/synchronize.h"
#include "dispatch/fork_guard.h"
#include "dispatch/kernel_preference.h"
#include "dispatch/op_registry.h"
#include "dispatch/thread_context.h"
#include "dispatch/thread_state.h"

namespace chainerx {

namespace internal {

namespace {

struct BackendState : Backend {
    BackendState(std::string name, LoadedPlugin& loaded)
        : Backend(std::move(name)), plugin{loaded} {
        keep_usable_after_fork(mutex);
    }

    // nullptr if it has not been opened.
    DeviceState* find(int index) {
        const std::lock_guard lock(mutex);
        auto found = devices.find(index);
        return found == devices.end() ? nullptr : found->second;
    }

    LoadedPlugin& plugin;
    std::mutex mutex;  // of all below; held for moments only
    std::map<int, DeviceState*> devices;
    // One device is opened at a time, by a thread that holds no lock meanwhile: the process may fork.
    std::optional<std::thread::id> opener;
    bool was_cut_off = false;  // in the child of such a fork
    // Behind a pointer, since the child of a fork can't use one that others waited on.
    std::unique_ptr<std::condition_variable> opened = std::make_unique<std::condition_variable>();
};

// Backends and devices are never freed: arrays may outlive every static object.
struct DeviceRegistry {
    std::mutex mutex;
    std::map<std::string, BackendState*, std::less<>> backends;
    std::vector<DeviceState*> devices;
    std::set<const KernelTable*> retired;  // replaced, but calls in progress may still read them
    // By the preferences they follow: who switches often goes back and forth between a few tables.
    std::map<std::pair<DeviceState*, std::string>, const KernelTable*> by_preference;
};

void forget_openings();

DeviceRegistry& registry() {
    static DeviceRegistry& instance = *[] {
        auto* made = new DeviceRegistry;
        keep_usable_after_fork(made->mutex);
        pthread_atfork(nullptr, nullptr, forget_openings);
        return made;
    }();
    return instance;
}

// In the child of a fork: what other threads had begun will never end.
void forget_openings() {
    for (auto& [name, backend] : registry().backends) {
        if (!backend->opener || backend->opener == std::this_thread::get_id()) continue;
        backend->opener.reset();
        backend->was_cut_off = true;
        static_cast<void>(backend->opened.release());
        backend->opened = std::make_unique<std::condition_variable>();
    }
}

// In the child of a fork: devices whose plugin does not survive it answer from their slow path only.
void disable_forked_devices() {
    for (DeviceState* device : registry().devices) {
        if (device->plugin->forked.load()) device->kernels.store(nullptr);
    }
}

int take_ordinal(DeviceState* device) {
    DeviceRegistry& all = registry();
    std::lock_guard lock(all.mutex);
    if (all.devices.empty()) pthread_atfork(nullptr, nullptr, disable_forked_devices);
    all.devices.push_back(device);
    return static_cast<int>(all.devices.size()) - 1;
}

void publish(DeviceState& device, std::unique_ptr<const KernelTable> table) {
    const KernelTable* old = device.kernels.exchange(table.release(), std::memory_order_acq_rel);
    if (old == nullptr) return;
    std::lock_guard lock(registry().mutex);
    registry().retired.insert(old);
    std::erase_if(registry().by_preference,
                  [&](const auto& entry) { return entry.first.first == &device; });
}

// Lets one device's kernels follow the preferences; false if they changed on the way, or others came.
bool follow_preferences(DeviceState& device) {
    const std::string key = preference_key();
    const KernelTable* current = device.kernels.load(std::memory_order_acquire);
    if (current == nullptr) return true;  // lost
    DeviceRegistry& all = registry();
    std::lock_guard lock(all.mutex);
    const KernelTable*& made = all.by_preference[{&device, key}];
    if (made == nullptr) made = reordered_kernel_table(*current).release();
    if (!device.kernels.compare_exchange_strong(current, made, std::memory_order_acq_rel))
        return false;
    all.retired.insert(current);
    return key == preference_key();
}

// A plugin that ships kernels for other memory than its own brings them to the devices that are open; later ones find them
// when they are opened. Ops are counted anew as well: tables grow with them.
void serve_other_devices(const DeviceState& device) {
    for (DeviceState* other : open_devices()) {
        const bool is_usable = !other->is_lost.load() && !other->plugin->forked.load();
        if (other != &device && is_usable) publish(*other, build_kernel_table(*other));
    }
}

// This thread's turn to open a device.
class Opening {
public:
    explicit Opening(BackendState& backend) : backend_{backend} {
        std::unique_lock lock(backend.mutex);
        backend.opened->wait(lock, [&] { return !backend.opener; });
        if (backend.was_cut_off) {
            throw DeviceError(fmt::format(
                "{}: this process was forked while another thread was opening a device, which "
                "leaves the plugin in the middle of it; open devices before forking, or start "
                "workers with spawn or forkserver",
                backend.name()));
        }
        backend.opener = std::this_thread::get_id();
    }
    ~Opening() {
        const std::lock_guard lock(backend_.mutex);
        backend_.opener.reset();
        backend_.opened->notify_all();
    }
    Opening(const Opening&) = delete;
    Opening& operator=(const Opening&) = delete;

private:
    BackendState& backend_;
};

DeviceState& open_device(BackendState& backend, int index) {
    auto device = std::make_unique<DeviceState>(backend, index, backend.plugin);
    check_status(device->api->device_open(backend.plugin.handle, index, &device->handle),
                 *device,
                 "device_open");
    device->info.struct_size = sizeof(chx_device_info);
    check_status(device->api->device_info(device->handle, &device->info), *device, "device_info");
    device->dl_device = {device->info.dl_device_type, index};
    device->is_host_memory = (device->info.host_accessible_kinds >> CHX_MEM_DEVICE & 1u) != 0;
    device->has_streams = device->api->stream_create != nullptr;
    device->ordinal = take_ordinal(device.get());
    device->pool.survive_forks();
    const bool has_new_ops = register_plugin_ops(*device->plugin);
    device->kernels.store(build_kernel_table(*device).release(), std::memory_order_release);
    const bool has_kernels_for_others =
        std::any_of(device->plugin->kernels.begin(),
                    device->plugin->kernels.end(),
                    [](const chx_kernel_def& def) { return def.memory_kind != nullptr; });
    if (has_new_ops || has_kernels_for_others) serve_other_devices(*device);
    return *device.release();
}

}  // namespace

void reorder_kernels() {
    std::vector<DeviceState*> open;
    {
        std::lock_guard lock(registry().mutex);
        open = registry().devices;
    }
    for (DeviceState* device : open) {
        while (!follow_preferences(*device)) {
        }
    }
}

std::vector<LoadedPlugin*> plugins_in_use() {
    std::lock_guard lock(registry().mutex);
    std::vector<LoadedPlugin*> plugins;
    for (DeviceState* device : registry().devices) {
        if (std::find(plugins.begin(), plugins.end(), device->plugin) == plugins.end())
            plugins.push_back(device->plugin);
    }
    return plugins;
}

DeviceState::DeviceState(Backend& backend, int index, LoadedPlugin& loaded)
    : Device(backend, index), plugin{&loaded}, api{&loaded.api}, ordinal{-1} {}

void check_usable(const DeviceState& device) {
    if (device.plugin->forked.load(std::memory_order_relaxed)) {
        throw DeviceError(fmt::format(
            "{}: the device was opened before this process was forked and does not live in the "
            "child; "
            "start workers with spawn or forkserver, or use the device in the child only",
            device.name()));
    }
    if (device.is_lost.load(std::memory_order_relaxed)) {
        throw DeviceError(fmt::format(
            "{}: the device was lost in an earlier call; restart the process", device.name()));
    }
}

void throw_status(chx_status status, const DeviceState& device, const char* what) {
    std::string text = take_error_text();
    if (text.empty()) text = "no reason given";
    const std::string message = fmt::format("{} on {}: {} ({}, plugin {} {})",
                                            what,
                                            device.name(),
                                            text,
                                            status_text(status),
                                            device.plugin->name,
                                            device.plugin->desc->version);
    switch (status) {
        case CHX_E_OOM:
            throw OutOfMemoryError(message);
        case CHX_E_UNIMPLEMENTED:
            throw NotImplementedError(message);
        case CHX_E_INVALID:
            throw ValueError(message);
        case CHX_E_DEVICE_LOST:
            const_cast<DeviceState&>(device).is_lost.store(true);
            // Every further call takes the slow path, which says so.
            publish(const_cast<DeviceState&>(device), nullptr);
            throw DeviceError(message);
        case CHX_E_UNAVAILABLE:
            throw BackendError(message);
        default:
            throw DeviceError(message);
    }
}

namespace {

// The first device with CHX_CAP_HOST_REFERENCE among these backends.
DeviceState* find_host_reference(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        LoadedPlugin* plugin = find_device_plugin(name);
        if (plugin == nullptr) continue;
        int32_t count = 0;
        if (plugin->api.device_count(plugin->handle, &count) != CHX_OK || count == 0) continue;
        DeviceState& device = state_of(get_device(name, 0));
        if ((device.info.caps & CHX_CAP_HOST_REFERENCE) != 0) return &device;
    }
    return nullptr;
}

}  // namespace

std::vector<DeviceState*> open_devices() {
    std::lock_guard lock(registry().mutex);
    return registry().devices;
}

std::atomic<DeviceState*> known_host_reference{nullptr};

DeviceState& find_host_reference_device() {
    // Manifests tell; others are opened only where none does (a plugin linked into the program has none).
    DeviceState* device = find_host_reference(host_reference_plugin_names());
    if (device == nullptr) device = find_host_reference(known_device_plugin_names());
    if (device == nullptr) {
        throw BackendError(
            "fallback: no plugin offers a device for the host; install the one called 'native' or "
            "see "
            "`python -m chainerx doctor`");
    }
    known_host_reference.store(device, std::memory_order_release);
    return *device;
}

}  // namespace internal

using internal::state_of;

Device::Device(Backend& backend, int index)
    : name_{fmt::format("{}:{}", backend.name(), index)}, backend_{&backend}, index_{index} {}

void Device::synchronize() {
    internal::DeviceState& device = state_of(*this);
    internal::check_usable(device);
    internal::UnlockedScope unlocked;
    internal::synchronize(device, nullptr, "synchronize");
}

std::string Device::description() const { return state_of(*this).info.name; }

Device::Memory Device::memory() const {
    internal::DeviceState& device = state_of(*this);
    chx_device_info info{};
    info.struct_size = sizeof info;
    internal::check_status(device.api->device_info(device.handle, &info), device, "device_info");
    const internal::MemoryPool& pool = device.pool;
    return {info.memory_total,
            info.memory_free,
            pool.used.load(),
            pool.cached.load(),
            pool.peak.load(),
            pool.plugin_allocations.load()};
}

void Device::trim_memory() {
    internal::DeviceState& device = state_of(*this);
    device.pool.trim(device);
}

Backend::Backend(std::string name) : name_{std::move(name)} {}

int Backend::device_count() const {
    const internal::LoadedPlugin& plugin = static_cast<const internal::BackendState*>(this)->plugin;
    if (plugin.forked.load(std::memory_order_relaxed)) {
        throw DeviceError(fmt::format(
            "{}: the plugin was in use when this process was forked, and its devices do not live "
            "in the "
            "child; start workers with spawn or forkserver, or use the device in the child only",
            name_));
    }
    int32_t count = 0;
    const chx_status status = plugin.api.device_count(plugin.handle, &count);
    if (status != CHX_OK) {
        throw BackendError(fmt::format("{}: counting devices failed: {} ({})",
                                       name_,
                                       internal::take_error_text(),
                                       internal::status_text(status)));
    }
    return count;
}

Device& Backend::device(int index) {
    auto& state = static_cast<internal::BackendState&>(*this);
    if (internal::DeviceState* open = state.find(index)) return *open;
    const internal::Opening opening(state);
    if (internal::DeviceState* open = state.find(index)) return *open;
    const int count = device_count();
    if (index < 0 || index >= count) {
        throw DeviceError(
            fmt::format("{}:{}: there is no such device; backend '{}' has {} device{}",
                        name_,
                        index,
                        name_,
                        count,
                        count == 1 ? "" : "s"));
    }
    internal::DeviceState& device = internal::open_device(state, index);
    const std::lock_guard lock(state.mutex);
    state.devices.emplace(index, &device);
    return device;
}

Backend& get_backend(std::string_view name) {
    internal::DeviceRegistry& all = internal::registry();
    {
        std::lock_guard lock(all.mutex);
        auto found = all.backends.find(name);
        if (found != all.backends.end()) return *found->second;
    }
    if (internal::host_language_hooks.find_kernel_providers != nullptr)
        internal::host_language_hooks.find_kernel_providers();
    internal::LoadedPlugin& plugin = internal::require_device_plugin(name);
    std::lock_guard lock(all.mutex);
    auto [it, is_new] = all.backends.try_emplace(std::string(name), nullptr);
    if (is_new) it->second = new internal::BackendState(std::string(name), plugin);
    return *it->second;
}

Device& get_device(std::string_view name) {
    const size_t colon = name.find(':');
    if (colon == std::string_view::npos) return get_device(name, 0);
    const std::string_view digits = name.substr(colon + 1);
    int index = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error != std::errc() || end != digits.data() + digits.size() || colon == 0) {
        throw DeviceError(fmt::format(
            "device: '{}' is not a device name; expected 'backend' or 'backend:index'", name));
    }
    return get_device(name.substr(0, colon), index);
}

Device& get_device(std::string_view backend, int index) {
    return get_backend(backend).device(index);
}

Device& get_default_device() { return internal::default_device(internal::thread_context()); }

void set_default_device(Device* device) { internal::thread_context().default_device = device; }

DeviceScope::DeviceScope(Device& device) : previous_{internal::thread_context().default_device} {
    set_default_device(&device);
}

DeviceScope::~DeviceScope() { set_default_device(previous_); }

}  // namespace chainerx
