// Reading and writing safetensors files, the format of the Hugging Face library of that name: named arrays and metadata.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chainerx/array.h"
#include "chainerx/export.h"
#include "chainerx/io.h"

namespace chainerx {

// A file whose header has been read and checked: offsets within the file, no gaps, no overlaps, sizes that fit shapes. Throws
// ValueError that names the file for anything else. Arrays are read when asked for.
class CHAINERX_EXPORT SafetensorsFile {
public:
    explicit SafetensorsFile(const std::string& path, MapMode map = MapMode::kNone);
    // The memory must outlive the object.
    static SafetensorsFile from_memory(const void* data, size_t size);
    ~SafetensorsFile();
    SafetensorsFile(const SafetensorsFile&) = default;
    SafetensorsFile& operator=(const SafetensorsFile&) = default;

    // In the order of their elements in the file.
    std::vector<std::string> names() const;
    const std::map<std::string, std::string>& metadata() const;
    bool contains(std::string_view name) const;
    // The format's name, "F32" or "F8_E4M3". Like the others, throws IndexError for a name that is none.
    const std::string& dtype_name(std::string_view name) const;
    const std::vector<int64_t>& shape(std::string_view name) const;
    // Throws DtypeError for the format's dtypes that are none of ours.
    Array load(std::string_view name, Device* device = nullptr) const;

private:
    struct Contents;
    explicit SafetensorsFile(std::shared_ptr<const Contents> contents);
    std::shared_ptr<const Contents> contents_;
};

CHAINERX_EXPORT NamedArrays load_safetensors(const std::string& path,
                                             Device* device = nullptr,
                                             MapMode map = MapMode::kNone);
// All dtypes but complex128, which the format does not have (DtypeError). Names must differ.
CHAINERX_EXPORT void save_safetensors(const std::string& path,
                                      const NamedArrays& arrays,
                                      const std::map<std::string, std::string>& metadata = {});
CHAINERX_EXPORT std::string write_safetensors(
    const NamedArrays& arrays, const std::map<std::string, std::string>& metadata = {});

}  // namespace chainerx
