// The header of the safetensors format: the length of a JSON object, the object, then the elements without gaps.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chainerx/dtype.h"
#include "chainerx/io.h"
#include "io/byte_source.h"

namespace chainerx::internal {

struct SafetensorsEntry {
    std::string name, dtype_name;
    std::optional<DType> dtype;  // nothing for those of the format's dtypes that are none of ours
    std::vector<int64_t> shape;
    uint64_t begin = 0, end = 0;  // of the elements within the file
};

struct SafetensorsHeader {
    std::vector<SafetensorsEntry> entries;  // in the order of their elements
    std::map<std::string, std::string> metadata;
};

// Reads the header and checks that the entries fill the file exactly.
SafetensorsHeader read_safetensors_header(const ByteSource& source);

// The order in which arrays are written: those of the widest dtypes first, so that all are aligned.
std::vector<const NamedArrays::value_type*> safetensors_order(const char* function,
                                                              const NamedArrays& arrays);
// All that comes before the elements of arrays in that order. Throws DtypeError for complex128.
std::string safetensors_header(const char* function,
                               const std::vector<const NamedArrays::value_type*>& arrays,
                               const std::map<std::string, std::string>& metadata);

}  // namespace chainerx::internal
