// Reading and writing NumPy's .npy files.
#pragma once

#include <string>

#include "chainerx/array.h"
#include "chainerx/export.h"

namespace chainerx {

// Format versions 1 to 3, C or Fortran order, little endian. Throws ValueError that names the file for anything malformed;
// never reads past its end.
CHAINERX_EXPORT Array load_npy(const std::string& path, Device* device = nullptr);
// Row-major, format version 1. bfloat16 has no NumPy name and throws DtypeError.
CHAINERX_EXPORT void save_npy(const std::string& path, const Array& array);

}  // namespace chainerx
