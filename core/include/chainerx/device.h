// Devices, the backends they belong to, streams, and the context that names them. Devices live as long as the process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chainerx/export.h"

namespace chainerx {

class Backend;
class Context;

namespace internal {
struct StreamState;
}

// A place that holds arrays and computes, "backend:index". Compared by identity.
class CHAINERX_EXPORT Device {
public:
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    const std::string& name() const { return name_; }
    Backend& backend() const { return *backend_; }
    int index() const { return index_; }
    // Waits until everything enqueued on this device has completed; raises errors that came late.
    void synchronize();

    // What the hardware calls itself.
    std::string description() const;
    // Bytes; 0 if unknown.
    struct Memory {
        uint64_t total, free;         // of the device
        uint64_t used, cached;        // by live arrays; kept for reuse by the core's allocator
        uint64_t peak;                // most bytes that were in use at once
        uint64_t plugin_allocations;  // calls of the plugin's alloc so far
    };
    Memory memory() const;
    // Gives cached memory back to the plugin.
    void trim_memory();

protected:
    Device(Backend& backend, int index);
    ~Device() = default;

private:
    std::string name_;
    Backend* backend_;
    int index_;
};

// All devices of one plugin. Lives as long as the process.
class CHAINERX_EXPORT Backend {
public:
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;

    const std::string& name() const { return name_; }
    int device_count() const;
    // Opens the device on first use; throws DeviceError if there is no such index.
    Device& device(int index);

protected:
    explicit Backend(std::string name);
    ~Backend() = default;

private:
    std::string name_;
};

// Loads the backend's plugin on first use; throws BackendError that says what was tried.
CHAINERX_EXPORT Backend& get_backend(std::string_view name);
// "native", "native:0"; throws BackendError or DeviceError.
CHAINERX_EXPORT Device& get_device(std::string_view name);
CHAINERX_EXPORT Device& get_device(std::string_view backend, int index);

// The device of arrays that name none: this thread's default, native:0 unless set. nullptr resets it.
CHAINERX_EXPORT Device& get_default_device();
CHAINERX_EXPORT void set_default_device(Device* device);

// Makes a device the default of this thread for a while.
class CHAINERX_EXPORT DeviceScope {
public:
    explicit DeviceScope(Device& device);
    explicit DeviceScope(std::string_view name) : DeviceScope(get_device(name)) {}
    ~DeviceScope();
    DeviceScope(const DeviceScope&) = delete;
    DeviceScope& operator=(const DeviceScope&) = delete;

private:
    Device* previous_;
};

// An ordered queue of work on a device. A device without streams has only its default one, which is in order with all others.
// Streams that use the same arrays wait for each other by themselves.
class CHAINERX_EXPORT Stream {
public:
    // Throws NotImplementedError if the device has no streams.
    explicit Stream(Device& device);
    // Somebody else's stream, in the device's own terms (a cudaStream_t, say). It must outlive this one and what was enqueued
    // here. Work on the same arrays elsewhere is put in order; what others enqueue there by themselves is not known here.
    static std::unique_ptr<Stream> from_native(Device& device, void* native);
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    Device& device() const { return *device_; }
    void synchronize();
    bool is_done() const;
    // The stream in the device's own terms.
    void* native() const;

private:
    friend class StreamScope;
    Stream(Device& device, internal::StreamState* state);
    Device* device_;
    internal::StreamState* state_;
};

// Enqueues this thread's work for the stream's device there for a while.
class CHAINERX_EXPORT StreamScope {
public:
    explicit StreamScope(Stream& stream);
    ~StreamScope();
    StreamScope(const StreamScope&) = delete;
    StreamScope& operator=(const StreamScope&) = delete;

private:
    Device* device_;
    internal::StreamState* previous_;
};

}  // namespace chainerx
