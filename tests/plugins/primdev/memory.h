// Device memory behind handles: addresses in disguise, so that a host which uses one crashes.
#pragma once

#include <cstdint>

#include <chx/chx_plugin.hpp>

struct chx_device {
    int32_t index;
};

namespace primdev {

inline constexpr int kDeviceCount = 2;

chx_status allocate(
    chx_device*, uint64_t bytes, uint64_t align, int32_t kind, chx_stream*, chx_memref* out);
void release(chx_device*, const chx_memref*, chx_stream*);
void copy(chx_device*, const chx_memref* to, const chx_memref* from, uint64_t bytes, chx_stream*);

// Where bytes [first, first + bytes) of an allocation of that device are; throws if they are not all its.
char* address_in(int device, const void* base, int64_t first, int64_t bytes);

// What PRIMDEV_MEMORY_LIMIT, read at every allocation, allows each device; 0: no limit.
uint64_t memory_limit();
uint64_t memory_in_use(const chx_device*);

}  // namespace primdev
