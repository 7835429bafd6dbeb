// Allocations of both devices, and the check that whatever touches them stays inside.
#include "memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>

#include "tensor.h"

namespace primdev {

namespace {

// No program has such addresses.
constexpr uintptr_t kDisguise = uintptr_t{0x5a} << 56;
// What is in memory that nobody has written: a small negative float, an index far out of range.
constexpr int kGarbage = 0xb5;

// More is never there, and would wrap around when it is rounded up.
constexpr uint64_t kMostBytes = uint64_t{1} << 48;

struct Block {
    uint64_t bytes;
    int device;
};

std::mutex mutex;
std::map<uintptr_t, Block> blocks;  // by handle
uint64_t in_use[kDeviceCount];

void* disguised(const void* address) {
    return reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(address) ^ kDisguise);
}

}  // namespace

char* address_in(int device, const void* base, int64_t first, int64_t bytes) {
    const auto handle = reinterpret_cast<uintptr_t>(base);
    const std::lock_guard lock(mutex);
    const auto found = blocks.find(handle);
    if (found == blocks.end())
        throw chx::Error(CHX_E_INVALID, "primdev: a place that was never allocated");
    const Block& block = found->second;
    if (block.device != device)
        throw chx::Error(CHX_E_INVALID, "primdev: memory of another device");
    if (first < 0 || bytes < 0 || static_cast<uint64_t>(first + bytes) > block.bytes) {
        throw chx::Error(CHX_E_INVALID,
                         "primdev: bytes " + std::to_string(first) + " to " +
                             std::to_string(first + bytes) + " of an allocation of " +
                             std::to_string(block.bytes));
    }
    return reinterpret_cast<char*>(handle ^ kDisguise) + first;
}

namespace {

char* address_of(const chx_device* device, const chx_memref& place, uint64_t bytes) {
    if (place.kind == CHX_MEM_HOST) return static_cast<char*>(place.base) + place.offset;
    return address_in(
        device->index, place.base, static_cast<int64_t>(place.offset), static_cast<int64_t>(bytes));
}

}  // namespace

chx_status allocate(chx_device* device,
                    uint64_t bytes,
                    uint64_t align,
                    int32_t kind,
                    chx_stream*,
                    chx_memref* out) {
    if (kind != CHX_MEM_DEVICE)
        return chx::host().set_error(CHX_E_UNIMPLEMENTED,
                                     "primdev: there is memory of the device only");
    if (bytes > kMostBytes) return chx::host().set_error(CHX_E_OOM, "primdev: out of memory");
    const std::lock_guard lock(mutex);
    const uint64_t limit = memory_limit();
    if (limit != 0 && in_use[device->index] + bytes > limit)
        return chx::host().set_error(CHX_E_OOM, "primdev: the limit is reached");
    void* address = std::aligned_alloc(align, (bytes + align - 1) / align * align);
    if (address == nullptr) return chx::host().set_error(CHX_E_OOM, "primdev: out of memory");
    std::memset(address, kGarbage, bytes);
    *out = {disguised(address), 0, kind, 0};
    blocks[reinterpret_cast<uintptr_t>(out->base)] = {bytes, device->index};
    in_use[device->index] += bytes;
    return CHX_OK;
}

void release(chx_device* device, const chx_memref* memory, chx_stream*) {
    char* address = address_of(device, *memory, 0);
    const std::lock_guard lock(mutex);
    const auto found = blocks.find(reinterpret_cast<uintptr_t>(memory->base));
    std::memset(address, kGarbage, found->second.bytes);
    in_use[device->index] -= found->second.bytes;
    blocks.erase(found);
    std::free(address);
}

void copy(
    chx_device* device, const chx_memref* to, const chx_memref* from, uint64_t bytes, chx_stream*) {
    std::memcpy(address_of(device, *to, bytes), address_of(device, *from, bytes), bytes);
}

uint64_t memory_limit() {
    const char* text = std::getenv("PRIMDEV_MEMORY_LIMIT");
    return text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
}

uint64_t memory_in_use(const chx_device* device) {
    const std::lock_guard lock(mutex);
    return in_use[device->index];
}

}  // namespace primdev

namespace sim {

char* first_element(const chx_launch& launch, const chx_tensor& tensor, int64_t size) {
    if (chx::is_host_scalar(tensor)) return chx::data<char>(tensor);
    if (tensor.numel == 0) return nullptr;
    const Reach reach = reach_of(tensor, size);
    return primdev::address_in(
               launch.device->index, tensor.data, reach.first, reach.end - reach.first) -
           reach.first + tensor.byte_offset;
}

}  // namespace sim
