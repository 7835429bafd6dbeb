// Reading and writing NumPy's files: .npy holds one array, .npz several by name. safetensors.h has another format for the same.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainerx/array.h"
#include "chainerx/error.h"
#include "chainerx/export.h"

namespace chainerx {

// A file can't be opened, read or written, whatever is in it. Python: also an OSError.
class CHAINERX_EXPORT FileError : public ValueError {
public:
    using ValueError::ValueError;
    ~FileError() override;
};

// How arrays relate to the file they come from. Mapped ones are read when they are used, and need the file as long as they
// live: a program that meets a part of it that was cut off since is killed (SIGBUS).
enum class MapMode {
    kNone,         // copied; nothing is left of the file
    kReadOnly,     // mapped, not to be written
    kCopyOnWrite,  // mapped; what is written stays in memory
    kReadWrite,    // mapped; what is written goes to the file. ValueError where that can't be
};

enum class Compression { kNone, kDeflate };

using NamedArrays = std::vector<std::pair<std::string, Array>>;

// What reads throws ValueError that names the file for anything malformed, FileError if it can't be read at all, and never
// reads past its end. Where mapping is asked
// for and memory can't be shared (other devices, the other byte order, elements that are not aligned), elements are copied.
// What writes replaces a file only when the new one is complete.

// Format versions 1 to 3, either order of axes, either byte order.
CHAINERX_EXPORT Array load_npy(const std::string& path,
                               Device* device = nullptr,
                               MapMode map = MapMode::kNone);
CHAINERX_EXPORT Array read_npy(const void* data, size_t size, Device* device = nullptr);
// Row-major, format version 1. bfloat16 has no NumPy name and throws DtypeError.
CHAINERX_EXPORT void save_npy(const std::string& path, const Array& array);
CHAINERX_EXPORT std::string write_npy(const Array& array);

// An .npz file, a zip archive, whose arrays are read one by one when asked for. Members may be stored or deflated.
class CHAINERX_EXPORT NpzFile {
public:
    explicit NpzFile(const std::string& path, MapMode map = MapMode::kNone);
    // The memory must outlive the object.
    static NpzFile from_memory(const void* data, size_t size);
    ~NpzFile();
    NpzFile(const NpzFile&) = default;
    NpzFile& operator=(const NpzFile&) = default;

    // In the order of the archive, without ".npy".
    std::vector<std::string> names() const;
    // Whether there is a member of that name, with or without ".npy".
    bool contains(std::string_view name) const;
    // Throws IndexError for a name that is none.
    Array load(std::string_view name, Device* device = nullptr) const;
    // A member's bytes, whatever they are.
    std::string read(std::string_view name) const;

private:
    struct Contents;
    explicit NpzFile(std::shared_ptr<const Contents> contents);
    std::shared_ptr<const Contents> contents_;
};

CHAINERX_EXPORT NamedArrays load_npz(const std::string& path,
                                     Device* device = nullptr,
                                     MapMode map = MapMode::kNone);
// Elements that are not compressed start at multiples of 64 bytes, so that they can be mapped.
CHAINERX_EXPORT void save_npz(const std::string& path,
                              const NamedArrays& arrays,
                              Compression compression = Compression::kNone);
CHAINERX_EXPORT std::string write_npz(const NamedArrays& arrays,
                                      Compression compression = Compression::kNone);

}  // namespace chainerx
