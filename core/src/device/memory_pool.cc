// Size classes, per-thread caches and the shared pool behind every array's memory.
#include "device/memory_pool.h"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <memory>
#include <new>
#include <shared_mutex>
#include <utility>

#include <fmt/format.h>

#include "chainerx/error.h"
#include "chainerx/host_language.h"
#include "device/device_state.h"
#include "dispatch/fork_guard.h"
#include "dispatch/thread_context.h"
#include "plugin/plugin_registry.h"

namespace chainerx::internal {

namespace {

uint64_t class_bytes(int index) {
    if (index < kSmallClasses) return uint64_t{64} << index;
    const int step = index - kSmallClasses;
    const int power = 12 + step / 4;
    return (uint64_t{1} << power) + (static_cast<uint64_t>(step % 4 + 1) << (power - 2));
}

// The stream whose order the block follows.
StreamState* order_of(const Storage& storage) {
    return storage.stream != nullptr && !storage.stream->is_closed ? storage.stream : nullptr;
}

chx_stream* handle_of(const StreamState* stream) {
    return stream != nullptr ? stream->handle : nullptr;
}

}  // namespace

SizeClass size_class_of(uint64_t bytes) {
    if (bytes <= 64) return {0, 64};
    if (bytes <= 4096) {
        const int index = static_cast<int>(std::bit_width(bytes - 1)) - 6;
        return {static_cast<uint8_t>(index), uint64_t{64} << index};
    }
    const int power =
        static_cast<int>(std::bit_width(bytes - 1)) - 1;  // 2^power < bytes <= 2^(power + 1)
    const uint64_t quarter = uint64_t{1} << (power - 2);
    const auto step = static_cast<int>((bytes - (uint64_t{1} << power) + quarter - 1) / quarter);
    const int index = kSmallClasses + 4 * (power - 12) + step - 1;
    if (index >= kSizeClasses)
        throw OutOfMemoryError(fmt::format("memory: {} bytes were asked for in one array", bytes));
    return {static_cast<uint8_t>(index), class_bytes(index)};
}

uint64_t cache_limit() {
    static const uint64_t limit = [] {
        if (const char* text = std::getenv("CHAINERX_CACHE_LIMIT"))
            return std::strtoull(text, nullptr, 10);
        return static_cast<unsigned long long>(sysconf(_SC_PHYS_PAGES)) *
               static_cast<unsigned long long>(sysconf(_SC_PAGESIZE)) / 4;
    }();
    return limit;
}

void MemoryPool::count_use(uint64_t bytes) {
    const uint64_t now = used.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    uint64_t highest = peak.load(std::memory_order_relaxed);
    while (now > highest && !peak.compare_exchange_weak(highest, now, std::memory_order_relaxed)) {
    }
}

Storage* MemoryPool::allocate(DeviceState& device, uint64_t bytes, ThreadContext& context) {
    const SizeClass size_class = size_class_of(bytes);
    StreamState* stream = device.current_stream(context);
    if (size_class.index < kSmallClasses && device.ordinal < kMaxDevices) {
        BlockCache* cache = context.block_caches[device.ordinal];
        if (cache != nullptr) {
            Storage* storage = cache->free[size_class.index];
            if (storage != nullptr && order_of(*storage) == stream) {
                storage->stream = stream;
                cache->free[size_class.index] = storage->next_free;
                --cache->count[size_class.index];
                storage->references.set(1);
                return storage;
            }
            if (ArrayBody* whole = cache->take_whole(size_class.index)) {
                storage = whole->storage();
                free_meta(context, whole, sizeof(ArrayBody));
                return storage;
            }
        }
    }
    return allocate_slow(device, size_class, stream);
}

Storage* MemoryPool::take_free(uint8_t size_class, StreamState* stream) {
    std::lock_guard lock(mutex_);
    std::vector<Storage*>& blocks = free_[size_class];
    // The most recently freed one is the likeliest to be in a processor cache.
    for (auto it = blocks.rbegin(); it != blocks.rend(); ++it) {
        if (order_of(**it) != stream) continue;
        Storage* storage = *it;
        storage->stream = stream;
        blocks.erase(std::next(it).base());
        cached.fetch_sub(storage->bytes, std::memory_order_relaxed);
        return storage;
    }
    return nullptr;
}

Storage* MemoryPool::allocate_slow(DeviceState& device, SizeClass size_class, StreamState* stream) {
    Storage* storage = take_free(size_class.index, stream);
    if (storage == nullptr) {
        check_usable(device);
        chx_memref memory{};
        const uint64_t alignment = std::max<uint64_t>(64, device.info.alignment);
        auto attempt = [&] {
            plugin_allocations.fetch_add(1, std::memory_order_relaxed);
            return device.api->alloc(device.handle,
                                     size_class.bytes,
                                     alignment,
                                     CHX_MEM_DEVICE,
                                     handle_of(stream),
                                     &memory);
        };
        chx_status status = attempt();
        if (status == CHX_E_OOM) {
            trim(device);
            if (host_language_hooks.collect_garbage != nullptr)
                host_language_hooks.collect_garbage();
            trim(device);
            // What was given back in the order of streams becomes free when they get there.
            if (device.has_streams) device.api->sync(device.handle, nullptr);
            status = attempt();
        }
        if (status == CHX_E_OOM) {
            throw OutOfMemoryError(fmt::format(
                "{}: out of memory: {} bytes were asked for; arrays in use hold {}, at most {} so "
                "far, {} are cached; free arrays or use smaller batches",
                device.name(),
                size_class.bytes,
                used.load(),
                peak.load(),
                cached.load()));
        }
        check_status(status, device, "alloc");
        storage = new Storage{};
        storage->size_class = size_class.index;
        const bool is_kept_whole =
            size_class.index < kSmallClasses && !device.has_streams && device.ordinal < kMaxDevices;
        storage->whole_cache = is_kept_whole ? static_cast<uint8_t>(device.ordinal) : kNoCache;
        storage->device = &device;
        storage->memory = memory;
        storage->bytes = size_class.bytes;
        storage->stream = stream;
    }
    storage->references.set(1);
    // Blocks in thread caches count as used: the fast path keeps no books.
    count_use(storage->bytes);
    return storage;
}

void MemoryPool::recycle(Storage* storage, ThreadContext& context) noexcept {
    if (__builtin_expect(storage->used_by != nullptr, 0)) join_streams(*storage);
    DeviceState& device = *storage->device;
    if (storage->size_class < kSmallClasses && device.ordinal < kMaxDevices) {
        BlockCache*& cache = context.block_caches[device.ordinal];
        if (cache == nullptr) {
            cache = new (std::nothrow) BlockCache;
            if (cache == nullptr) return shelve(storage);
            cache->device = &device;
        }
        if (cache->count[storage->size_class] < BlockCache::kKept) {
            storage->next_free = cache->free[storage->size_class];
            cache->free[storage->size_class] = storage;
            ++cache->count[storage->size_class];
            return;
        }
    }
    shelve(storage);
}

void MemoryPool::shelve(Storage* storage) noexcept {
    DeviceState& device = *storage->device;
    used.fetch_sub(storage->bytes, std::memory_order_relaxed);
    if ((device.info.caps & CHX_CAP_OWN_POOL) != 0 ||
        cached.load(std::memory_order_relaxed) + storage->bytes > cache_limit()) {
        give_back(storage);
        return;
    }
    std::lock_guard lock(mutex_);
    cached.fetch_add(storage->bytes, std::memory_order_relaxed);
    free_[storage->size_class].push_back(storage);
}

void MemoryPool::give_back(Storage* storage) noexcept {
    DeviceState& device = *storage->device;
    // In the child of a fork the memory is not this process's to free.
    if (!are_plugins_shut_down() && !device.plugin->forked.load(std::memory_order_relaxed)) {
        const std::shared_lock lock(device.closing);
        device.api->free(device.handle, &storage->memory, handle_of(order_of(*storage)));
    }
    delete storage;
}

void MemoryPool::trim(DeviceState& device) noexcept {
    ThreadContext& context = thread_context();
    if (device.ordinal < kMaxDevices && context.block_caches[device.ordinal] != nullptr) {
        destroy_block_cache(std::exchange(context.block_caches[device.ordinal], nullptr));
    }
    std::vector<Storage*> blocks;
    {
        std::lock_guard lock(mutex_);
        for (std::vector<Storage*>& list : free_) {
            blocks.insert(blocks.end(), list.begin(), list.end());
            list.clear();
        }
        cached.store(0, std::memory_order_relaxed);
    }
    for (Storage* storage : blocks) give_back(storage);
}

void MemoryPool::survive_forks() { keep_usable_after_fork(mutex_); }

void destroy_block_cache(BlockCache* cache) noexcept {
    for (int i = 0; i < kSmallClasses; ++i) {
        Storage* storage = cache->free[i];
        while (storage != nullptr) {
            Storage* next = storage->next_free;
            cache->device->pool.shelve(storage);
            storage = next;
        }
        while (ArrayBody* body = cache->take_whole(i)) {
            cache->device->pool.shelve(body->storage());
            free_meta_slow(body);
        }
    }
    delete cache;
}

Storage* make_foreign_storage(DeviceState& device,
                              chx_memref memory,
                              uint64_t bytes,
                              std::function<void()> release) {
    auto* storage = new Storage{};
    storage->references.set(1);
    storage->size_class = kForeignClass;
    storage->whole_cache = kNoCache;
    storage->is_shared = true;
    storage->device = &device;
    storage->memory = memory;
    storage->bytes = bytes;
    storage->owner = new ForeignOwner{std::move(release)};
    return storage;
}

void free_storage(Storage* storage) noexcept {
    // Nobody else can see the storage any more.
    delete storage->cache.load(std::memory_order_acquire);
    storage->cache.store(nullptr, std::memory_order_relaxed);
    if (storage->size_class == kForeignClass) {
        const std::unique_ptr<ForeignOwner> owner(storage->owner);
        const DeviceState* device = storage->device;
        delete storage;
        if (!owner->release) return;
        // Its owner may do what it likes with it, so that nothing may work on it any more.
        if (device->has_streams && !are_plugins_shut_down())
            device->api->sync(device->handle, nullptr);
        owner->release();
        return;
    }
    storage->is_shared = false;
    storage->is_readonly = false;
    storage->device->pool.recycle(storage, thread_context());
}

}  // namespace chainerx::internal
