// What an Array points to: the tensor that kernels see, with its storage, device and autograd data. Not an API.
#pragma once

#include <atomic>
#include <cstdint>

#include "chainerx/detail/reference_count.h"
#include "chainerx/dtype.h"
#include "chainerx/export.h"
#include "chx/chx_plugin.h"

namespace chainerx {

class Device;

namespace internal {

struct Storage;
struct AutogradMeta;

// Shapes with up to this many dimensions need no memory of their own.
inline constexpr int kInlineNdim = 5;

// Bodies are made by the core only and freed when the last Array lets go.
struct ArrayBody {
    chx_tensor tensor;  // kernels get a pointer to it
    ReferenceCount references;
    DType dtype;  // tensor.dtype as a dense code
    Device* device;
    AutogradMeta* autograd;      // nullptr for arrays outside every graph
    std::atomic<void*> foreign;  // the host language's object for this array, not owned
    int64_t inline_dims[2 * kInlineNdim];

    Storage* storage() const { return reinterpret_cast<Storage*>(tensor.storage); }
};

CHAINERX_EXPORT void free_body(ArrayBody* body) noexcept;

inline void retain(ArrayBody* body) noexcept { body->references.add(); }

inline void release(ArrayBody* body) noexcept {
    if (body->references.drop()) free_body(body);
}

}  // namespace internal

class Array;

namespace internal {
// Others may write the memory from now on, unseen: nothing derived from it is cached.
CHAINERX_EXPORT void mark_shared(const Array& array);
// Somebody wants to see values. Throws ProgramError while a Program is recorded that would have to know them.
CHAINERX_EXPORT void check_readable(const Array& array);
}  // namespace internal

}  // namespace chainerx
