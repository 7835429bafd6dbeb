// Arrays whose elements lie in a file: copied from there, or shared with it.
#pragma once

#include "chainerx/array.h"
#include "io/byte_source.h"

namespace chainerx::internal {

struct StoredArray {
    Shape shape;
    DType dtype = DType::kFloat32;
    bool is_fortran = false;  // the first axis varies fastest
    bool has_other_byte_order = false;
    uint64_t offset = 0;  // of the elements within the source
};

// Bytes of so many elements; malformed() if no memory could hold them.
uint64_t count_bytes(const ByteSource& source, DimsView shape, DType dtype);

// device nullptr: the default one. Throws ValueError if the source ends before the elements do, or if it is to be written
// through the array and can't be.
Array load_stored(const SourcePointer& source, const StoredArray& stored, Device* device);

}  // namespace chainerx::internal
