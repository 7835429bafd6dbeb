// Handles, bounds and the limit.
#include "memory.h"

#include <cstdint>
#include <cstring>
#include <iterator>
#include <string>

namespace sim {

namespace {

// No program has such addresses: one that takes a handle for a pointer crashes.
constexpr uintptr_t kNoAddress = uintptr_t{0x5a} << 56;
constexpr int kDeviceShift = 48, kNumberShift = 8;
// A small negative float, an index far out of range.
constexpr int kGarbage = 0xb5;

}  // namespace

chx_memref Memory::allocate(uint64_t bytes, uint64_t align, int32_t kind) {
    if (kind != CHX_MEM_DEVICE && kind != CHX_MEM_PINNED_HOST)
        throw chx::Error(CHX_E_UNIMPLEMENTED, "sim: no memory of kind " + std::to_string(kind));
    const std::lock_guard lock(mutex_);
    const bool is_device = kind == CHX_MEM_DEVICE;
    // Sizes near the largest there is would wrap around, here and below.
    if (bytes > PTRDIFF_MAX - align || (is_device && in_use_ + bytes > limit_)) {
        throw chx::Error(CHX_E_OOM,
                         "sim: " + std::to_string(bytes) + " bytes were asked for; " +
                             std::to_string(in_use_) + " of " + std::to_string(limit_) +
                             " are in use");
    }
    Block block{{}, bytes, kind, false};
    block.bytes.reset(
        static_cast<char*>(std::aligned_alloc(align, (bytes + align - 1) / align * align)));
    if (block.bytes == nullptr) throw chx::Error(CHX_E_OOM, "sim: the host has no memory left");
    std::memset(block.bytes.get(), kGarbage, bytes);
    const uintptr_t base = is_device && has_handles_
                               ? kNoAddress | static_cast<uintptr_t>(device_) << kDeviceShift |
                                     ++last_number_ << kNumberShift
                               : reinterpret_cast<uintptr_t>(block.bytes.get());
    in_use_ += is_device ? bytes : 0;
    blocks_.emplace(base, std::move(block));
    return {reinterpret_cast<void*>(base), 0, kind, 0};
}

void Memory::mark_freed(const chx_memref& memory) {
    const std::lock_guard lock(mutex_);
    const auto found = blocks_.find(reinterpret_cast<uintptr_t>(memory.base));
    if (found == blocks_.end() || found->second.is_freed)
        throw chx::Error(CHX_E_INVALID, "sim: freed memory that is not allocated");
    found->second.is_freed = true;
}

void Memory::release(const void* base) {
    const std::lock_guard lock(mutex_);
    const auto found = blocks_.find(reinterpret_cast<uintptr_t>(base));
    const Block& block = found->second;
    std::memset(block.bytes.get(), kGarbage, block.size);
    in_use_ -= block.kind == CHX_MEM_DEVICE ? block.size : 0;
    blocks_.erase(found);
}

uint64_t Memory::in_use() const {
    const std::lock_guard lock(mutex_);
    return in_use_;
}

char* Memory::find(const void* base, int64_t first, int64_t bytes, bool may_be_freed) const {
    const std::lock_guard lock(mutex_);
    const auto address = reinterpret_cast<uintptr_t>(base);
    auto found = blocks_.find(address);
    if (found == blocks_.end() && !has_handles_) {
        // An address that came back by DLPack may be in the middle of a block.
        found = blocks_.upper_bound(address);
        found = found == blocks_.begin() ? blocks_.end() : std::prev(found);
        if (found != blocks_.end()) first += static_cast<int64_t>(address - found->first);
    }
    if (found == blocks_.end() || (found->second.is_freed && !may_be_freed)) {
        throw chx::Error(CHX_E_INVALID,
                         found == blocks_.end() ? "sim: no memory of this device"
                                                : "sim: memory that has been freed");
    }
    const Block& block = found->second;
    if (first < 0 || bytes < 0 || static_cast<uint64_t>(first + bytes) > block.size) {
        throw chx::Error(CHX_E_INVALID,
                         "sim: bytes " + std::to_string(first) + " to " +
                             std::to_string(first + bytes) + " of an allocation of " +
                             std::to_string(block.size));
    }
    return block.bytes.get() + first;
}

}  // namespace sim
