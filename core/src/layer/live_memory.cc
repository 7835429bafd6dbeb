// Keeps books of blocks and their guard bytes.
#include "layer/live_memory.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace chainerx::internal {

namespace {

constexpr unsigned char kGuard = 0xA5;

unsigned char* at(void* base, uint64_t offset) {
    return static_cast<unsigned char*>(base) + offset;
}

std::string guard_complaint(void* base, const LiveBlock& block) {
    if (block.guard == 0 || !block.is_accessible) return {};
    const unsigned char* before = at(base, block.offset - block.guard);
    const unsigned char* behind = at(base, block.offset + block.bytes);
    const auto is_damaged = [](unsigned char byte) { return byte != kGuard; };
    const unsigned char* found = std::find_if(behind, behind + block.guard, is_damaged);
    if (found != behind + block.guard) {
        return fmt::format(
            "byte {} behind a block of {} bytes was written", found - behind, block.bytes);
    }
    found = std::find_if(before, before + block.guard, is_damaged);
    if (found != before + block.guard) {
        return fmt::format("byte {} before a block of {} bytes was written",
                           before + block.guard - found,
                           block.bytes);
    }
    return {};
}

}  // namespace

void fill_guards(void* base, const LiveBlock& block) {
    if (block.guard == 0 || !block.is_accessible) return;
    std::memset(at(base, block.offset - block.guard), kGuard, block.guard);
    std::memset(at(base, block.offset + block.bytes), kGuard, block.guard);
}

void LiveMemory::add(const chx_memref& memory, const LiveBlock& block) {
    const std::lock_guard lock(mutex_);
    blocks_.emplace(memory.base, block);
    freed_.erase(memory.base);
}

std::optional<LiveBlock> LiveMemory::take(const InterposedDevice* device,
                                          const chx_memref& memory) {
    const std::lock_guard lock(mutex_);
    const auto [begin, end] = blocks_.equal_range(memory.base);
    for (auto it = begin; it != end; ++it) {
        if (it->second.device != device || it->second.offset != memory.offset) continue;
        const LiveBlock block = it->second;
        blocks_.erase(it);
        if (blocks_.count(memory.base) == 0) freed_.insert(memory.base);
        return block;
    }
    return std::nullopt;
}

std::optional<LiveBlock> LiveMemory::block_with(void* base, uint64_t offset) const {
    const std::lock_guard lock(mutex_);
    const auto [begin, end] = blocks_.equal_range(base);
    for (auto it = begin; it != end; ++it) {
        const LiveBlock& block = it->second;
        if (offset >= block.offset && offset < block.offset + block.bytes) return block;
    }
    return std::nullopt;
}

std::string LiveMemory::complaint(const chx_memref& memory, uint64_t bytes) const {
    const std::lock_guard lock(mutex_);
    const auto [begin, end] = blocks_.equal_range(memory.base);
    if (begin == end) {
        return freed_.count(memory.base) == 0 ? std::string() : "the memory has been freed";
    }
    for (auto it = begin; it != end; ++it) {
        const LiveBlock& block = it->second;
        if (memory.offset >= block.offset && memory.offset + bytes <= block.offset + block.bytes)
            return {};
    }
    return fmt::format("bytes {} to {} lie outside of the block, which has {} from {}",
                       memory.offset,
                       memory.offset + bytes,
                       begin->second.bytes,
                       begin->second.offset);
}

std::string LiveMemory::damage(void* base) const {
    const std::lock_guard lock(mutex_);
    const auto [begin, end] = blocks_.equal_range(base);
    for (auto it = begin; it != end; ++it) {
        std::string text = guard_complaint(base, it->second);
        if (!text.empty()) return text;
    }
    return {};
}

}  // namespace chainerx::internal
