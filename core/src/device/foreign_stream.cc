// Order between our work and streams that belong to somebody else.
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "chainerx/dlpack.h"
#include "chainerx/error.h"
#include "device/device_state.h"
#include "device/storage.h"

namespace chainerx {

namespace {

using internal::DeviceState;
using internal::Storage;
using internal::StreamState;

// The streams that used the storage, apart from the default one, for which all others wait anyway.
std::vector<StreamState*> streams_of(DeviceState& device, const Storage& storage) {
    const std::lock_guard lock(device.streams_mutex);
    std::vector<StreamState*> streams;
    if (storage.stream != nullptr) streams.push_back(storage.stream);
    if (storage.used_by == nullptr) return streams;
    for (const internal::StreamUse& use : *storage.used_by) streams.push_back(use.stream);
    return streams;
}

// A stream of somebody else for as long as it takes to enqueue a wait there.
class ForeignStream {
public:
    ForeignStream(DeviceState& device, void* native) : device_{device} {
        internal::check_status(device.api->stream_wrap_native(device.handle, native, &handle_),
                               device,
                               "stream_wrap_native");
        state_ = internal::open_stream_state(device, handle_);
    }
    ~ForeignStream() {
        internal::close_stream_state(*state_);
        device_.api->stream_destroy(handle_);
    }
    ForeignStream(const ForeignStream&) = delete;
    ForeignStream& operator=(const ForeignStream&) = delete;

    void wait_for(StreamState& other) { state_->wait_for(other); }

private:
    DeviceState& device_;
    chx_stream* handle_ = nullptr;
    StreamState* state_ = nullptr;
};

}  // namespace

void let_stream_wait(const Array& array, void* native_stream) {
    DeviceState& device = internal::state_of(array.device());
    internal::check_usable(device);
    if (!device.has_streams) {
        throw NotImplementedError(fmt::format(
            "let_stream_wait: the plugin of {} offers no streams; expected a device that "
            "has; its work is done when a call returns",
            device.name()));
    }
    const Storage& storage = *array.body()->storage();
    if (storage.size_class == internal::kForeignClass) {  // nobody knows who uses it
        internal::wait_for_device(device);
        return;
    }
    ForeignStream stream(device, native_stream);
    for (StreamState* other : streams_of(device, storage)) stream.wait_for(*other);
}

}  // namespace chainerx
