// Tensors of a test in memory of a device, in any layout and between guards, and the launch of a kernel on them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kit_host.h"
#include "memory_space.h"
#include "op_call.h"

namespace conformance {

enum class Layout { kContiguous, kTransposed, kGaps, kReversed, kBroadcast };
const char* layout_name(Layout layout);

// A tensor whose surroundings, gaps included, hold a pattern that has to stay.
class TestTensor {
public:
    // is_wide: as the reference has it. Host scalars are 0-d tensors in ordinary memory.
    TestTensor(MemorySpace& space,
               const OperandSpec& spec,
               bool is_wide,
               Layout layout,
               bool is_host_scalar = false);

    chx_tensor* tensor() { return &tensor_; }
    int type() const { return type_; }
    // The elements in row-major order, after a launch.
    std::vector<char> read_elements();
    // Throws Failure if a byte that belongs to no element was written; name: "output 0".
    void check_surroundings(const std::string& name);
    // Throws Failure if anything was written.
    void check_untouched(const std::string& name);

    // Other contents, at once.
    void rewrite(const Values& values);
    // Takes the contents away, until a copy that is enqueued on the stream brings them back.
    void leave();
    void arrive(const chx_device_api& api, chx_device* device, chx_stream* stream);

private:
    std::vector<int64_t> offsets() const;  // of the elements, in bytes of the block
    std::vector<char> read_block();

    MemorySpace* space_;
    int type_;
    Shape shape_, strides_;
    std::vector<char> written_;  // what the block was filled with
    int64_t first_ = 0;          // of element (0, ..., 0), in bytes
    std::unique_ptr<Block> block_, elsewhere_;
    chx_tensor tensor_{};
};

// Where a launch goes. Its operands come only behind the delay on the same stream.
struct LaunchStream {
    const chx_device_api* api;
    chx_stream* stream;
    std::function<void()> delay;
};

struct LaunchOptions {
    Layout in = Layout::kContiguous, out = Layout::kContiguous;
    bool uses_host_scalars = false;
    int inplace_input = -1;  // output 0 is this input
    uint32_t flags = 0;
    bool checks_memory = true;
    // As a host of a later minor calls: longer structs, attributes that the kernel does not know and that are zero.
    bool is_newer_host = false;
    const LaunchStream* on = nullptr;  // else on the NULL stream
};

// Bytes of each result in row-major order.
using Results = std::vector<std::vector<char>>;

// Nothing if the kernel refuses such launches. Throws Failure if it fails or writes where it may not.
std::optional<Results> run_kernel(const chx_kernel_def& def,
                                  chx_device* device,
                                  MemorySpace& space,
                                  const OpCall& call,
                                  bool is_wide,
                                  const LaunchOptions& options);

}  // namespace conformance
