// Memory that tensors of a test lie in: of the device under test, or of the host.
#pragma once

#include <cstdint>
#include <memory>

#include <chx/chx_plugin.h>

namespace conformance {

class OpenDevice;
class LoadedPlugin;

class MemorySpace {
public:
    virtual ~MemorySpace() = default;
    // Throw Failure if the device fails.
    virtual chx_memref allocate(uint64_t bytes, uint64_t align) = 0;
    virtual void release(const chx_memref& memory) noexcept = 0;
    virtual void write(const chx_memref& to, const void* from, uint64_t bytes) = 0;
    virtual void read(void* to, const chx_memref& from, uint64_t bytes) = 0;
    // What tensors in this memory say about where they are.
    virtual chx_dldevice location() const = 0;
};

std::unique_ptr<MemorySpace> make_host_space();
// The device's own memory; for a kernel provider that of the host.
std::unique_ptr<MemorySpace> make_device_space(const LoadedPlugin& plugin,
                                               const OpenDevice& device);

// An allocation, given back at the end of the scope.
class Block {
public:
    Block(MemorySpace& space, uint64_t bytes, uint64_t align = 64)
        : space_(&space), memory_(space.allocate(bytes, align)) {}
    ~Block() {
        if (space_ != nullptr) space_->release(memory_);
    }
    Block(Block&& other) noexcept : space_(other.space_), memory_(other.memory_) {
        other.space_ = nullptr;
    }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    Block& operator=(Block&&) = delete;

    const chx_memref& get() const { return memory_; }
    // The place some bytes behind the first one.
    chx_memref at(uint64_t offset) const {
        chx_memref place = memory_;
        place.offset += offset;
        return place;
    }

private:
    MemorySpace* space_;
    chx_memref memory_;
};

// A place in ordinary memory.
inline chx_memref host_place(const void* address) {
    return {const_cast<void*>(address), 0, CHX_MEM_HOST, 0};
}

}  // namespace conformance
