// Host memory for plugins, with a small cache of freed blocks so that large scratch buffers don't
// fault in anew.
#pragma once

#include <cstdint>

namespace chainerx::internal {

// align: a power of two up to 4096, otherwise NULL. NULL when out of memory; never for 0 bytes.
void* allocate_host_memory(uint64_t bytes, uint64_t align) noexcept;

// Takes what allocate_host_memory returned, from any thread; NULL is nothing to free.
void free_host_memory(void* block) noexcept;

// Gives the cached blocks back to the system.
void trim_host_memory() noexcept;

}  // namespace chainerx::internal
