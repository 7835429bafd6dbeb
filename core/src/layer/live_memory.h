// The blocks that a plugin's devices have handed out, as the layer "validate" knows them.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "layer/layer.h"

namespace chainerx::internal {

struct LiveBlock {
    const InterposedDevice* device;
    uint64_t offset;  // of the first byte that the core may use
    uint64_t bytes;   // that it may use; as many guard bytes as `guard` says lie before and behind
    uint64_t guard;
    bool is_accessible;  // by the host
};

class LiveMemory {
public:
    void add(const chx_memref& memory, const LiveBlock& block);
    // The block that starts there; nothing if there is none.
    std::optional<LiveBlock> take(const InterposedDevice* device, const chx_memref& memory);
    std::optional<LiveBlock> block_with(void* base, uint64_t offset) const;
    // What is wrong with a place of so many bytes; empty if nothing is known against it: memory of others is.
    std::string complaint(const chx_memref& memory, uint64_t bytes) const;
    // What is wrong with the guard bytes of all accessible blocks of a base.
    std::string damage(void* base) const;

private:
    mutable std::mutex mutex_;
    std::multimap<void*, LiveBlock> blocks_;
    std::set<void*> freed_;  // bases that no live block has any more
};

void fill_guards(void* base, const LiveBlock& block);

}  // namespace chainerx::internal
