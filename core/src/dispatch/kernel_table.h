// Which kernel serves which op and dtype on a device: one index, no lock, no hash.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "chainerx/dtype.h"
#include "chx/chx_plugin.h"

namespace chainerx::internal {

struct DeviceState;
struct LoadedPlugin;
struct OpDef;

// A kernel as the door calls it.
struct Kernel {
    chx_kernel_fn fn;
    void* state;
    uint64_t caps;
    chx_device* device;          // the provider's own handle
    mutable const Kernel* next;  // of lower priority, for the same op and dtype
    const chx_kernel_def* def;
    LoadedPlugin* provider;
    uint32_t attrs_known;  // bytes of the op's attributes that the kernel was built with
    int64_t least_elements;

    // This one or the next that wants a call whose largest operand or result has so many elements; nullptr if none does.
    const Kernel* first_for(int64_t elements) const {
        return __builtin_expect(elements < least_elements, 0) ? next_for(elements) : this;
    }
    [[gnu::noinline, gnu::cold]] const Kernel* next_for(int64_t elements) const;
};

// Immutable once published; a late registration publishes a new one and leaks the old.
struct KernelTable {
    uint32_t n_ops = 0;
    std::vector<const Kernel*> slots;                    // [op id * kDTypeCount + dtype]
    std::vector<std::shared_ptr<const Kernel>> kernels;  // what the slots point to

    const Kernel* find(uint16_t op, DType dtype) const {
        return op < n_ops ? slots[op * kDTypeCount + static_cast<unsigned>(dtype)] : nullptr;
    }
};

// Kernels of the device's own plugin and of every kernel provider for its memory, by priority. Unknown ops, other
// versions and dtypes that can't be read are logged and skipped.
std::unique_ptr<KernelTable> build_kernel_table(DeviceState& device);

// "f32 f64" as a set of DType bits; false if it can't be read.
bool parse_dtypes(const char* text, uint32_t* bits);

}  // namespace chainerx::internal
