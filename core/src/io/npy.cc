// The .npy format: a header, then the elements of one array.
#include "chainerx/detail/npy_size.h"
#include "chainerx/io.h"
#include "io/byte_sink.h"
#include "io/npy_header.h"

namespace chainerx {

namespace {

void write(internal::ByteSink& sink, const char* function, const Array& array) {
    sink.write(internal::npy_header(function, array.shape(), array.dtype()));
    sink.write(internal::HostElements(array).bytes());
}

}  // namespace

Array load_npy(const std::string& path, Device* device, MapMode map) {
    const internal::SourcePointer source = internal::open_file("load_npy", path, map);
    return internal::load_stored(source, internal::read_npy_header(*source), device);
}

Array read_npy(const void* data, size_t size, Device* device) {
    const internal::SourcePointer source = internal::view_memory("read_npy", data, size);
    return internal::load_stored(source, internal::read_npy_header(*source), device);
}

namespace internal {

uint64_t npy_size(const void* header, size_t size) {
    const SourcePointer source = view_memory("read_npy", header, size);
    const StoredArray stored = read_npy_header(*source);
    return stored.offset + count_bytes(*source, stored.shape, stored.dtype);
}

}  // namespace internal

void save_npy(const std::string& path, const Array& array) {
    internal::npy_header(
        "save_npy", array.shape(), array.dtype());  // refused before a file is made
    internal::write_file(
        "save_npy", path, [&](internal::ByteSink& sink) { write(sink, "save_npy", array); });
}

std::string write_npy(const Array& array) {
    return internal::write_memory(
        [&](internal::ByteSink& sink) { write(sink, "write_npy", array); });
}

}  // namespace chainerx
