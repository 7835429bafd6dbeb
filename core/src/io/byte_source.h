// Bytes to read from, of a file or of memory. All reads are checked against the end here, and nowhere else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "chainerx/io.h"

namespace chainerx::internal {

class ByteSource {
public:
    virtual ~ByteSource() = default;
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;

    uint64_t size() const { return size_; }
    // How arrays were asked to relate to it.
    MapMode mode() const { return mode_; }
    // Where it is mapped, writable as its mode says; nullptr unless arrays may share it.
    virtual char* address() const { return nullptr; }
    // Copies bytes; throws ValueError if the source does not have them.
    void read(uint64_t offset, void* out, uint64_t bytes) const;
    // For messages.
    const std::string& function() const { return function_; }
    const std::string& name() const { return name_; }

protected:
    ByteSource(std::string function, std::string name, uint64_t size, MapMode mode)
        : function_{std::move(function)}, name_{std::move(name)}, size_{size}, mode_{mode} {}
    // The range is within the source.
    virtual void copy(uint64_t offset, void* out, uint64_t bytes) const = 0;

private:
    std::string function_, name_;
    uint64_t size_;
    MapMode mode_;
};

using SourcePointer = std::shared_ptr<const ByteSource>;

// "load_npy: model.npy can't be read: its header is no dict". Throws ValueError.
[[noreturn]] void malformed(const ByteSource& source, const std::string& why);

// A file; one that is not regular, a pipe say, is read at once. Throws FileError.
SourcePointer open_file(const char* function, const std::string& path, MapMode mode);
// Somebody else's memory, which outlives the source.
SourcePointer view_memory(const char* function, const void* data, size_t size);
// Memory of its own, in place of a part of another source.
SourcePointer own_memory(const ByteSource& of,
                         const std::string& name,
                         std::unique_ptr<char[]> data,
                         uint64_t size);
// A part of another source, within it.
SourcePointer part_of(SourcePointer whole, const std::string& name, uint64_t offset, uint64_t size);

}  // namespace chainerx::internal
