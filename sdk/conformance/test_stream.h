// A stream of the device under test, as long as the scope.
#pragma once

#include "device_under_test.h"

namespace conformance {

class Stream {
public:
    explicit Stream(const DeviceUnderTest& subject)
        : api_(subject.api()), device_(subject.device.get()) {
        expect_ok(api_.stream_create(device_, 0, &stream_), "stream_create");
        require(stream_ != nullptr, "stream_create succeeded without a stream");
    }
    ~Stream() {
        api_.sync(device_, stream_);
        api_.stream_destroy(stream_);
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    void copy(const chx_memref& to, const chx_memref& from, uint64_t bytes) const {
        expect_ok(api_.copy(device_, &to, &from, bytes, stream_), "copy on a stream");
    }
    void sync() const { expect_ok(api_.sync(device_, stream_), "sync of a stream"); }
    chx_stream* get() const { return stream_; }

private:
    const chx_device_api& api_;
    chx_device* device_;
    chx_stream* stream_ = nullptr;
};

}  // namespace conformance
