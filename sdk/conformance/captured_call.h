// A kernel's call that is captured once and launched again with other contents of the same memory.
#pragma once

#include <memory>
#include <vector>

#include <chx/chx_capture.h>

#include "kernel_launch.h"
#include "test_stream.h"

namespace conformance {

class CapturedCall {
public:
    CapturedCall(const DeviceUnderTest& subject,
                 const chx_capture_api& capture,
                 const chx_kernel_def& def,
                 const OpCall& call);
    ~CapturedCall();
    CapturedCall(const CapturedCall&) = delete;
    CapturedCall& operator=(const CapturedCall&) = delete;

    // False if the kernel refuses the call. Throws Failure if it fails, or computes instead of being recorded.
    bool record();
    // Results for the values of a call with the same operands.
    Results launch(const OpCall& call);

private:
    chx_status call_kernel();

    const DeviceUnderTest& subject_;
    const chx_capture_api& capture_;
    const chx_kernel_def& def_;
    std::vector<char> attrs_;
    std::vector<std::unique_ptr<TestTensor>> inputs_, outputs_;
    std::vector<Block> scratch_;
    chx_plan plan_{};
    Stream stream_;
    chx_captured* captured_ = nullptr;
};

}  // namespace conformance
