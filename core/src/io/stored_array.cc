// Decides whether an array can share a mapped file, and copies it otherwise.
#include "io/stored_array.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "array/views.h"
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "device/device_state.h"
#include "dispatch/thread_context.h"
#include "program/recorder.h"

namespace chainerx::internal {

namespace {

Shape reversed(DimsView dims) {
    Shape result{dims};
    std::reverse(result.begin(), result.end());
    return result;
}

// Why the elements can't be shared; nullptr if they can.
const char* reason_to_copy(const ByteSource& source,
                           const StoredArray& stored,
                           const DeviceState& device) {
    if (source.address() == nullptr) return "it is compressed or no regular file";
    if (!device.is_host_memory) return "the device is not the host";
    if (stored.has_other_byte_order) return "its elements are in the other byte order";
    const auto address = reinterpret_cast<uintptr_t>(source.address()) + stored.offset;
    if (address % static_cast<uintptr_t>(itemsize(stored.dtype)) != 0)
        return "its elements are not aligned";
    return nullptr;
}

Array share(const SourcePointer& source, const StoredArray& stored, Device& device) {
    Strides strides = contiguous_strides(stored.is_fortran ? reversed(stored.shape) : stored.shape);
    if (stored.is_fortran) strides = reversed(strides);
    return array_from_memory(
        source->address() + stored.offset,
        stored.shape,
        strides,
        stored.dtype,
        device,
        [source] {},
        0,
        source->mode() == MapMode::kReadOnly);
}

// Complex numbers are two that are swapped each by itself.
void swap_bytes(char* data, uint64_t bytes, DType dtype) {
    const auto width = static_cast<uint64_t>(
        kind(dtype) == DTypeKind::kComplex ? itemsize(dtype) / 2 : itemsize(dtype));
    for (uint64_t i = 0; i + width <= bytes; i += width) std::reverse(data + i, data + i + width);
}

void fill(char* data, const ByteSource& source, const StoredArray& stored, uint64_t bytes) {
    source.read(stored.offset, data, bytes);
    if (stored.has_other_byte_order) swap_bytes(data, bytes, stored.dtype);
    // Kernels may count on it that there are two bool values only.
    if (stored.dtype == DType::kBool)
        std::transform(data, data + bytes, data, [](char c) { return static_cast<char>(c != 0); });
}

// Row-major elements of that shape on the device.
Array copied(const ByteSource& source,
             const StoredArray& stored,
             DimsView shape,
             uint64_t bytes,
             DeviceState& device) {
    if (!device.is_host_memory) {
        const auto data = std::make_unique_for_overwrite<char[]>(bytes);
        fill(data.get(), source, stored, bytes);
        return array_from_host(data.get(), shape, stored.dtype, &device);
    }
    Array array = new_array(shape, stored.dtype, device);
    wait_for_device(device);  // the block may have been somebody else's
    const chx_tensor& tensor = array.body()->tensor;
    if (bytes > 0)
        fill(static_cast<char*>(tensor.data) + tensor.byte_offset, source, stored, bytes);
    if (ProgramRecorder* recorder = thread_context().recorder) recorder->note_constant(array);
    return array;
}

}  // namespace

uint64_t count_bytes(const ByteSource& source, DimsView shape, DType dtype) {
    if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
    int64_t bytes = itemsize(dtype);
    for (const int64_t extent : shape) {
        if (__builtin_mul_overflow(bytes, extent, &bytes))
            malformed(source, fmt::format("no memory holds its shape {}", to_string(shape)));
    }
    return static_cast<uint64_t>(bytes);
}

Array load_stored(const SourcePointer& source, const StoredArray& stored, Device* device) {
    DeviceState& target = state_of(device != nullptr ? *device : get_default_device());
    const uint64_t bytes = count_bytes(*source, stored.shape, stored.dtype);
    if (stored.offset > source->size() || bytes > source->size() - stored.offset)
        malformed(*source, fmt::format("it ends before the {} bytes of its elements", bytes));
    if (source->mode() != MapMode::kNone && bytes > 0) {
        const char* reason = reason_to_copy(*source, stored, target);
        if (reason == nullptr) return share(source, stored, target);
        if (source->mode() == MapMode::kReadWrite)
            malformed(*source,
                      fmt::format("it can't be written through an array, because {}", reason));
    }
    if (!stored.is_fortran) return copied(*source, stored, stored.shape, bytes, target);
    return copy(transpose(copied(*source, stored, reversed(stored.shape), bytes, target)));
}

}  // namespace chainerx::internal
