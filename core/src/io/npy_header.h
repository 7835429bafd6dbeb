// The header of the .npy format: magic, version, a Python dict. (NumPy enhancement proposal 1.)
#pragma once

#include <string>

#include "io/byte_source.h"
#include "io/stored_array.h"

namespace chainerx::internal {

// Reads and checks the header at the source's beginning.
StoredArray read_npy_header(const ByteSource& source);

// All that comes before the elements, a multiple of 64 bytes. Throws DtypeError for bfloat16.
std::string npy_header(const char* function, DimsView shape, DType dtype);

}  // namespace chainerx::internal
