// Implements both kinds of memory.
#include "memory_space.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "case.h"
#include "kit_host.h"
#include "loaded_plugin.h"

namespace conformance {
namespace {

constexpr int32_t kDlCpu = 1;

class HostSpace : public MemorySpace {
public:
    chx_memref allocate(uint64_t bytes, uint64_t align) override {
        align = std::max<uint64_t>(align, 64);
        void* memory = std::aligned_alloc(align, (bytes + align) / align * align);
        require(memory != nullptr, "the kit has no {} bytes of host memory", bytes);
        return {memory, 0, CHX_MEM_DEVICE, 0};
    }
    void release(const chx_memref& memory) noexcept override { std::free(memory.base); }
    void write(const chx_memref& to, const void* from, uint64_t bytes) override {
        std::memcpy(static_cast<char*>(to.base) + to.offset, from, bytes);
    }
    void read(void* to, const chx_memref& from, uint64_t bytes) override {
        std::memcpy(to, static_cast<const char*>(from.base) + from.offset, bytes);
    }
    chx_dldevice location() const override { return {kDlCpu, 0}; }
};

class DeviceSpace : public MemorySpace {
public:
    DeviceSpace(const chx_device_api& api, chx_device* device, chx_dldevice location)
        : api_(api), device_(device), location_(location) {}

    chx_memref allocate(uint64_t bytes, uint64_t align) override {
        chx_memref memory{};
        expect_ok(api_.alloc(device_, bytes, align, CHX_MEM_DEVICE, nullptr, &memory),
                  fmt::format("alloc of {} bytes", bytes));
        return memory;
    }
    void release(const chx_memref& memory) noexcept override {
        api_.free(device_, &memory, nullptr);
    }
    void write(const chx_memref& to, const void* from, uint64_t bytes) override {
        const chx_memref source = host_place(from);
        expect_ok(api_.copy(device_, &to, &source, bytes, nullptr), "copy to the device");
    }
    void read(void* to, const chx_memref& from, uint64_t bytes) override {
        const chx_memref target = host_place(to);
        expect_ok(api_.copy(device_, &target, &from, bytes, nullptr), "copy to the host");
    }
    chx_dldevice location() const override { return location_; }

private:
    const chx_device_api& api_;
    chx_device* device_;
    chx_dldevice location_;
};

}  // namespace

std::unique_ptr<MemorySpace> make_host_space() { return std::make_unique<HostSpace>(); }

std::unique_ptr<MemorySpace> make_device_space(const LoadedPlugin& plugin,
                                               const OpenDevice& device) {
    if (plugin.is_provider()) return make_host_space();
    const chx_device_info info = device.info();
    return std::make_unique<DeviceSpace>(
        plugin.api(), device.get(), chx_dldevice{info.dl_device_type, 0});
}

}  // namespace conformance
