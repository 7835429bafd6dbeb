// Memory and facts of the host as a device; everything is synchronous, so there are no streams.
#include "device.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>

#include "host.h"

namespace native {
namespace {

constexpr uint64_t kHugePage = uint64_t{2} << 20;
constexpr uint32_t kAlignment = 64;
// DLPack's kDLCPU.
constexpr int32_t kDlCpu = 1;

void device_count(chx_plugin*, int32_t* count) { *count = kDeviceCount; }

void device_open(chx_plugin* plugin, int32_t index, chx_device** device) {
    if (index < 0 || index >= kDeviceCount) {
        throw chx::Error(CHX_E_INVALID,
                         "native: there is no device " + std::to_string(index) +
                             "; indices are 0 to " + std::to_string(kDeviceCount - 1));
    }
    plugin->devices[index].index = index;
    *device = &plugin->devices[index];
}

void device_close(chx_device*) {}

std::string processor_name() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const size_t colon = line.find(": ");
        if (line.rfind("model name", 0) == 0 && colon != std::string::npos) {
            return line.substr(colon + 2);
        }
    }
    return "CPU";
}

void copy_text(char* to, size_t capacity, const std::string& text) {
    const size_t n = std::min(text.size(), capacity - 1);
    std::memcpy(to, text.data(), n);
    to[n] = '\0';
}

void device_info(chx_device* device, chx_device_info* info) {
    const std::string threads = std::to_string(std::max(1u, std::thread::hardware_concurrency()));
    const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
    info->dl_device_type = kDlCpu;
    copy_text(info->name, sizeof(info->name), processor_name() + ", " + threads + " threads");
    copy_text(info->uuid, sizeof(info->uuid), "native-" + std::to_string(device->index));
    copy_text(info->memory_kind, sizeof(info->memory_kind), "host");
    info->memory_total = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * page;
    info->memory_free = static_cast<uint64_t>(sysconf(_SC_AVPHYS_PAGES)) * page;
    info->caps = CHX_CAP_HOST_REFERENCE;
    info->alignment = kAlignment;
    info->host_accessible_kinds = 1u << CHX_MEM_DEVICE | 1u << CHX_MEM_PINNED_HOST |
                                  1u << CHX_MEM_HOST | 1u << CHX_MEM_MANAGED;
}

void alloc(
    chx_device*, uint64_t bytes, uint64_t align, int32_t kind, chx_stream*, chx_memref* out) {
    if (kind < CHX_MEM_DEVICE || kind > CHX_MEM_MANAGED) {
        throw chx::Error(CHX_E_INVALID,
                         "native: there is no memory of kind " + std::to_string(kind) +
                             "; kinds are CHX_MEM_DEVICE to CHX_MEM_MANAGED");
    }
    const bool large = bytes >= kHugePage;
    void* memory = nullptr;
    align = std::max<uint64_t>({align, kAlignment, large ? kHugePage : 0});
    if (posix_memalign(&memory, align, bytes) != 0) {
        throw chx::Error(CHX_E_OOM,
                         "native: no " + std::to_string(bytes) + " bytes of host memory");
    }
    if (large) {
        // Fewer page faults on first touch; that it may be refused does not matter.
        madvise(memory, bytes, MADV_HUGEPAGE);
    }
    *out = chx_memref{memory, 0, kind, 0};
}

void free_memory(chx_device*, const chx_memref* memory, chx_stream*) { std::free(memory->base); }

void copy(chx_device*, const chx_memref* to, const chx_memref* from, uint64_t bytes, chx_stream*) {
    std::memcpy(static_cast<char*>(to->base) + to->offset,
                static_cast<const char*>(from->base) + from->offset,
                bytes);
}

void sync(chx_device*, chx_stream*) {}

}  // namespace

void fill_device_entries(chx_device_api* api) {
    api->device_count = chx::entry<&device_count>;
    api->device_open = chx::entry<&device_open>;
    api->device_close = chx::entry<&device_close>;
    api->device_info = chx::entry<&device_info>;
    api->alloc = chx::entry<&alloc>;
    api->free = chx::entry<&free_memory>;
    api->copy = chx::entry<&copy>;
    api->sync = chx::entry<&sync>;
}

}  // namespace native
